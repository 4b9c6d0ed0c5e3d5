/** The recipe for GitHub Actions, its steps run one after another as the runner does: each in a shell of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { commandPath, emptyFolder, startCommand } from '../helpers/command.ts'
import { eventBytes, openGateway } from '../helpers/gateway.ts'
import { portApart } from '../helpers/ports.ts'

const page = readFileSync(new URL('../../docs/guides/ci.md', import.meta.url), 'utf8')

/** What the steps of the first workflow run, the installation aside. */
function stepsOf(yaml: string): string[] {
  const blocks = [...yaml.matchAll(/^ {8}run: (?:\|\n((?: {10}.*\n)+)|(.+)\n)/gm)]
  return blocks.map(([, lines, line]) => (lines ?? line ?? '').replace(/^ {10}/gm, '').trim())
}

const appSource = `
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
writeFileSync('app.pid', String(process.pid))
createServer((request, response) => request.resume().on('end', () => response.end('ok'))).listen(process.env.PORT)
`

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('the steps of the workflow wait for the event that they trigger', async () => {
  const folder = emptyFolder()
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  // As npm installs it: a file that can be run, which the one that was just built need not be. npx itself is not what is tested.
  const bin = join(folder, 'node_modules', '.bin')
  const script = (name: string, runs: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${runs} "$@"\n`, { mode: 0o755 })
  script('hookscope', `'${process.execPath}' '${commandPath}'`)
  script('npx', 'env')
  writeFileSync(join(folder, 'app.mjs'), appSource)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start: 'node app.mjs' } }))
  const port = await portApart()
  const [, yaml = ''] = /```yaml\n(# \.github[\s\S]*?)```/.exec(page) ?? []
  const own = [...yaml.matchAll(/^ {6}(\w+): (.+)$/gm)].map(([, name, value = '']) => [
    name,
    value.replace('3000', String(port)),
  ])
  const env = {
    ...{ ...process.env, PATH: `${bin}:${process.env['PATH']}` },
    ...{ ...Object.fromEntries(own), HOOKSCOPE_PORT: '0', HOOKSCOPE_INSPECTOR_PORT: '0' },
  }
  const end = (file: string, pattern: RegExp) => {
    const pid = Number(pattern.exec(readFileSync(join(folder, file), 'utf8'))?.[1])
    if (pid > 1) process.kill(pid, 'SIGKILL')
  }
  const steps = stepsOf(yaml)
  expect(steps).toHaveLength(4)
  for (const [index, step] of steps.entries()) {
    const shell = spawn('bash', ['-e', '-o', 'pipefail', '-c', step], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    closers.push(() => shell.kill('SIGKILL'))
    let output = ''
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', chunk => (output += chunk))
    const [code] = await once(shell, 'exit')
    if (index === 0) {
      closers.push(() => end('status.txt', /process (\d+)/))
      closers.push(() => end('app.pid', /^(\d+)/))
    }
    expect(code, `${step}\n${output}`).toBe(0)
  }
  const delivery = JSON.parse(readFileSync(join(folder, 'delivery.json'), 'utf8'))
  expect(delivery).toMatchObject({ eventType: 'ach.settled', lastAttempt: { status: 200 } })
})

it('wait --listen tells the Hook URL, takes what comes there, and ends', async () => {
  const db = join(emptyFolder(), 'ci.db')
  const env = { HOOKSCOPE_TUNNEL: 'none', HOOKSCOPE_PORT: '0', HOOKSCOPE_INSPECTOR_PORT: '0' }
  const waiting = startCommand(['wait', 'type:ach.settled', '--listen', '--json', '--db', db], { env })
  closers.push(() => waiting.stop('SIGKILL'))
  const [, url = ''] = /Hook URL: (\S+)/.exec(await waiting.waitForText(/Hook URL: \S+/)) ?? []
  const gateway = openGateway({ url })
  closers.push(() => gateway.close())
  await gateway.post(eventBytes('ach.returned'))
  await gateway.post(eventBytes('ach.settled'))
  const { code, stdout, stderr } = await waiting.exited
  expect([code, JSON.parse(stdout)], stderr).toEqual([0, expect.objectContaining({ id: 2, eventType: 'ach.settled' })])

  const late = startCommand(['wait', 'type:ach.settled', '--listen', '--timeout', '1s', '--db', db], { env })
  closers.push(() => late.stop('SIGKILL'))
  expect(await late.exited).toMatchObject({ code: 1, stderr: expect.stringContaining('None came within 1 s.') })
})
