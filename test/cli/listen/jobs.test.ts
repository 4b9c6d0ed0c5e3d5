/** `hookscope` as a job of an interactive shell, which sends it to the background and brings it back. */
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { emptyFolder } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'
import { atShell, hasTerminal, quoted, type Terminal } from '../../helpers/terminal.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Types a command into a shell, and ends the job with the shell, whatever the test came to. */
function shellWith(line: string): Terminal {
  const shell = atShell()
  closers.push(() => {
    const pid = Number(/\[1\] (\d+)/.exec(shell.raw())?.[1] ?? 0)
    shell.stop()
    try {
      if (pid > 0) process.kill(pid, 'SIGKILL')
    } catch {
      // Ended already.
    }
  })
  shell.type(`${line}\n`)
  return shell
}

const listening = (...more: string[]) =>
  quoted([
    ...['--port', '0', '--inspector-port', '0', '--tunnel', 'none', '--db', join(emptyFolder(), 'a.db'), '--no-open'],
    ...more,
  ])

it.skipIf(!hasTerminal)('runs on in the background without keys, stops at Ctrl-Z, and has keys after fg', async () => {
  const shell = shellWith(`${listening()} &`)
  await shell.shows(/Running in the background: no keys here/)
  const gateway = openGateway({ url: await shell.shows(/http:\/\/localhost:\d+\/[\w-]{24}/) })
  closers.push(() => gateway.close())
  const jobs = (state: string) => {
    shell.type('jobs\n')
    return shell.showsNext(new RegExp(`\\[1\\]\\+ +${state} `))
  }
  const delivers = async () => {
    expect((await gateway.post('transaction.sale.success')).status).toBe(200)
  }
  await delivers()
  await jobs('Running')

  shell.type('fg\n')
  await shell.showsNext(/Keys: \? lists them/)
  shell.type('?')
  await shell.showsNext(/o {2}open the inspector/)

  shell.type('\x1a')
  await shell.showsNext(/hookscope answers nothing[\s\S]*\[1\]\+ +Stopped/)
  shell.type('bg\n')
  await shell.showsNext(/Running in the background: no keys here/)
  await delivers()
  await jobs('Running')

  shell.type('fg\n')
  await shell.showsNext(/Keys: \? lists them/)
  shell.type('q')
  await shell.showsNext(/2 deliveries arrived in this run, kept/)
  shell.type('echo "ended with $?"; stty -a\n')
  const mode = await shell.showsNext(/ended with 0\r?\n[\s\S]* echoe /)
  expect(mode).toMatch(/ icanon [\s\S]* echo /)
})

it.skipIf(!hasTerminal)('asks nothing in the background', async () => {
  const shell = shellWith(`${listening('--signature-key')} &`)
  await shell.shows(/There is no terminal to ask for the signature key/)
  shell.type('wait $!; echo "ended with $?"\n')
  await shell.showsNext(/\nended with 2/)
})
