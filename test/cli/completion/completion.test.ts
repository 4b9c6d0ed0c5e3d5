/** Tab, as bash, zsh and fish do it: the real shells, with the script that `hookscope completion` prints. */
import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { openHooks } from '../../../server/hooks/hooks.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { commandPath, emptyFolder, runCommand } from '../../helpers/command.ts'
import { runHere } from '../../helpers/here.ts'

const run = promisify(execFile)
const folder = emptyFolder()
const db = join(folder, 'a b.db')

/** Names of fields as a stranger may choose them. */
const hostileNames = { '$(touch pwned)': '1', '`touch pwned`': '2', 'a\'; touch pwned; "': '3' }

/** A PATH on which `hookscope` is the built command, and nothing of the person's own. */
const env = {
  PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: folder,
  XDG_DATA_HOME: folder,
  XDG_CONFIG_HOME: folder,
  HOOKSCOPE_DB: db,
  TERM: 'dumb',
}

beforeAll(async () => {
  writeFileSync(join(folder, 'hookscope'), `#!/bin/sh\nexec "${process.execPath}" "${commandPath}" "$@"\n`)
  chmodSync(join(folder, 'hookscope'), 0o755)
  writeFileSync(join(folder, 'event.json'), '{}')
  const store = openSqlite({ path: db })
  await (await openHooks(store, { signatureKey: null, sourceKey: null, basicAuth: null }, 'My shop')).close()
  const kept = { eventType: null, createdAt: new Date(0).toISOString(), delivery: null }
  await store.samples.add({ ...kept, name: 'large-sale', body: '{"order":{"total":12,"lines":[{"sku":"a"}]}}' })
  await store.samples.add({ ...kept, name: 'hostile', body: JSON.stringify({ order: hostileNames }) })
  await store.close()
})

/** Windows has none of them; elsewhere a shell that is missing is no reason to pass. */
const hasShells = process.platform !== 'win32'

/** @throws when the shell does not exist; otherwise its script is kept where the tests source it from */
async function prepare(shell: 'bash' | 'fish' | 'zsh'): Promise<void> {
  if (spawnSync(shell, ['--version']).error)
    throw new Error(
      `${shell} is not installed, so its completion cannot be tested: run npm test as root, or install ${shell} with the system's packages.`,
    )
  writeFileSync(join(folder, `completion.${shell}`), (await runCommand(['completion', shell], { env })).stdout)
}

/** What bash would offer at the end of a line. */
async function inBash(line: string): Promise<string[]> {
  const script = `
    source ./completion.bash
    COMP_LINE="$1"; COMP_POINT=\${#COMP_LINE}
    read -ra COMP_WORDS <<< "$1"; [[ "$1" == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _hookscope hookscope
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await run('bash', ['--norc', '-c', script, 'bash', line], { env, cwd: folder })
  return stdout.split('\n').slice(0, -1)
}

/** What fish would offer, less the descriptions. */
async function inFish(line: string): Promise<string[]> {
  const script = 'source ./completion.fish; complete -C "$argv[1]"'
  const { stdout } = await run('fish', ['--no-config', '-c', script, line], { env, cwd: folder })
  return stdout.split('\n').slice(0, -1)
}

/** The line that zsh has after Tab, in a pseudo terminal. */
async function inZsh(line: string): Promise<string> {
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PS1=; PS2=; RPS1=; unsetopt prompt_sp prompt_cr; stty -echo cols 200"
    zpty -w shell "autoload -Uz compinit; compinit -u -D; source ./completion.zsh"
    zpty -w shell 'told() { print -r -- "<""<$BUFFER>"">"; BUFFER= }; zle -N told; bindkey "^X" told; print re""ady'
    zpty -r shell answer '*ready*'
    zpty -w -n shell "$1"$'\\t\\x18'
    zpty -r shell answer '*>>*'
    print -r -- "$answer"
    zpty -d shell`
  const { stdout } = await run('zsh', ['-f', '-c', script, 'zsh', line], { env, cwd: folder })
  return /<<(.*)>>/.exec(stdout)?.[1] ?? stdout
}

/** A line, and the one word that it is completed with; what each line can be completed with is tested without a shell. */
const single: readonly [line: string, word: string][] = [
  ['hookscope trigger ach.ret', 'ach.returned'],
  ['hookscope trigger large-sale --unset order.t', 'order.total'],
  ['hookscope trigger --body eve', 'event.json'],
]

describe.runIf(hasShells)('bash', () => {
  beforeAll(() => prepare('bash'))

  it.each(single)('%s', async (line, word) => {
    expect((await inBash(line)).map(text => text.trimEnd())).toEqual([word])
  })

  it('sets a blank after a word that is whole, and none where it goes on', async () => {
    expect(await inBash('hookscope trigger ach.ret')).toEqual(['ach.returned '])
    expect(await inBash('hookscope trigger ach.returned --set tracking')).toEqual(['trackingcode='])
  })

  it('offers what follows the last = only, which is what bash replaces', async () => {
    expect(await inBash('hookscope trigger ach.returned --weather slow=0.2,cu')).toEqual(['0.2,cut'])
    expect(await inBash('hookscope trigger --retries=sch')).toEqual(['schedule '])
  })

  it('escapes what a shell would split, unless a quote is open', async () => {
    expect(await inBash('hookscope trigger --hook My')).toEqual(['My\\ shop '])
    expect(await inBash('hookscope trigger --hook "My')).toEqual(['My shop'])
  })

  it.each(['', '"', "'"])('offers words that run nothing of what a stranger wrote, after an open %s', async quote => {
    const offered = await inBash(`hookscope trigger hostile --set ${quote}order`)
    const typed = offered.map(word => `${quote}${word}${quote}`).join(' ')
    const { stdout } = await run('bash', ['--norc', '-c', `printf '%s\\n' ${typed}`], { env, cwd: folder })
    expect(stdout.split('\n').slice(0, -1)).toEqual(
      Object.keys(hostileNames).map(name => `order[${JSON.stringify(name)}]=`),
    )
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })
})

describe.runIf(hasShells)('fish', () => {
  beforeAll(() => prepare('fish'))

  it.each(single)('%s', async (line, word) => {
    expect((await inFish(line)).map(text => text.split('\t')[0])).toEqual([word])
  })

  it('tells what a command is, and completes a label with a blank in it', async () => {
    expect(await inFish('hookscope pend')).toEqual([
      'pending\tlist, send or cancel triggered events that are queued for a retry',
    ])
    expect(await inFish('hookscope trigger --hook My')).toEqual(['My shop'])
  })
})

describe.runIf(hasShells)('zsh', () => {
  beforeAll(() => prepare('zsh'))

  it.each(single)('%s', async (line, word) => {
    expect((await inZsh(line)).trimEnd()).toBe(`${line.slice(0, line.lastIndexOf(' ') + 1)}${word}`)
  })

  it('quotes a label, and sets no blank where a word goes on', async () => {
    expect(await inZsh('hookscope trigger --hook My')).toBe('hookscope trigger --hook My\\ shop ')
    expect(await inZsh('hookscope trigger ach.returned --set tracking')).toBe(
      'hookscope trigger ach.returned --set trackingcode=',
    )
  })
})

describe('what the shells ask', () => {
  it.each([
    'hookscope trigger --db /absent/x.db --hook M',
    'hookscope trigger --config /absent.json --hook M',
    `hookscope trigger "${'x'.repeat(10_000)}`,
  ])('nothing, and no error: %s', async line => {
    const { code, stdout, stderr } = await runHere(['complete', 'bash', '--', line], { env })
    expect([code, stdout, stderr]).toEqual([0, '', ''])
  })

  it.skipIf(process.platform === 'win32')('no key: a pipe that nobody writes to holds up no Tab', async () => {
    const pipe = join(folder, 'key pipe')
    spawnSync('mkfifo', [pipe])
    writeFileSync(join(folder, 'key.json'), JSON.stringify({ db, signatureKeyFile: pipe }))
    const line = `hookscope trigger --config ${join(folder, 'key.json')} --signature-key-file "${pipe}" --hook M`
    const variables = { ...env, HOOKSCOPE_SOURCE_KEY_FILE: pipe }
    const { stdout } = await runHere(['complete', 'bash', '--', line], { env: variables })
    expect(stdout).toBe('My\\ shop \n')
  })

  it('is not in the help, and knows no other shell', async () => {
    expect((await runHere(['--help'])).stdout).not.toMatch(/^ {2}complete /m)
    const { code, stderr } = await runHere(['completion', 'csh'])
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/Allowed choices are bash, zsh, fish/)
  })
})
