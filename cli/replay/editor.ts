/** Opens text in the person's own editor and waits until it is closed. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { readLine } from '../completion/line.ts'

/**
 * A command line as its words: quotes hold words together, nothing else is special.
 * @throws UserError when a quote is not closed
 */
export function splitWords(line: string): string[] {
  // The space ends the last word.
  const { before, quote } = readLine(`${line.trim()} `, 'plain backslashes')
  if (quote !== null)
    throw new UserError(
      'The editor in $VISUAL or $EDITOR has a quote that is not closed.',
      'Fix it, for example: EDITOR="code --wait"',
    )
  return [...before]
}

/** $VISUAL, $EDITOR, else what every system has. */
export function editorWords(
  environment: Readonly<Record<string, string | undefined>>,
  isWindows: boolean,
  hasTerminal: boolean,
): string[] {
  const chosen = splitWords(environment['VISUAL'] || environment['EDITOR'] || '')
  if (chosen.length > 0) return chosen
  if (isWindows) return ['notepad.exe']
  if (hasTerminal) return ['vi']
  throw new UserError(
    'There is no terminal for the editor.',
    'Set VISUAL or EDITOR to an editor that opens its own window.',
  )
}

/** What to tell the person whose editor is not found. @param cause Node's error */
export function notStarted(program: string, isWindows: boolean, cause: Error): UserError {
  // VS Code's `code`, for one, is a script there: a shell finds it, and we start none.
  const hint = isWindows
    ? 'Set VISUAL or EDITOR to the .exe of one that is installed.'
    : 'Set VISUAL or EDITOR to one that is installed.'
  return new UserError(`The editor ${program} cannot be started.`, hint, { cause })
}

/**
 * @param words the editor and its arguments; it is started without a shell
 * @param content what to edit
 * @param suffix how the file's name ends, so that the editor knows what it is
 * @returns what was saved
 * @throws UserError when the editor is not there or ends with an error
 */
export async function editText(words: readonly string[], content: Uint8Array, suffix: string): Promise<Uint8Array> {
  const [program = '', ...args] = words
  if (process.platform === 'win32' && /\.(?:cmd|bat)$/i.test(program)) {
    throw new UserError(
      `${program} is a script, which cannot be started without a shell.`,
      'Name the editor’s .exe in VISUAL or EDITOR.',
    )
  }
  // Only this user may read what is edited: payments are nobody else's business.
  const folder = await mkdtemp(join(tmpdir(), 'hookscope-edit-'))
  try {
    const path = join(folder, `delivery${suffix}`)
    await writeFile(path, content, { mode: 0o600 })
    await new Promise<void>((resolve, reject) => {
      // Windows looks for programs in the working directory first, which may be a stranger's checkout.
      const cwd = process.platform === 'win32' ? { cwd: folder } : {}
      const editor = spawn(program, [...args, path], { stdio: 'inherit', shell: false, ...cwd })
      editor.on('error', cause => {
        reject(notStarted(program, process.platform === 'win32', cause))
      })
      editor.on('close', (code, signal) => {
        if (code === 0) resolve()
        else
          reject(
            new UserError(`The editor ${program} ended with ${signal ?? `exit code ${code}`}.`, 'Nothing was sent.', {
              exitCode: exitCodes.failed,
            }),
          )
      })
    })
    return new Uint8Array(await readFile(path))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
