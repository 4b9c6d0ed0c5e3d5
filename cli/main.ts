#!/usr/bin/env node
/** argv → command. The only place that ends the process, and that prints what went wrong. */
import process, { argv, cwd, env, exit, stderr, stdin, stdout, versions } from 'node:process'
import { printableLines } from '../core/text/text.ts'
import { exitCodes, surpriseText, UserError } from '../server/lib/errors.ts'
import { StoreUnavailable, storeProblem } from '../server/store/problem.ts'
import { checkNode } from './runtime.ts'
import type { Io, Output } from './shared/io.ts'
import { widthOf } from './shared/style.ts'
import { wrapWords } from './shared/wrap.ts'

const gone = new AbortController()
// The reader of a pipe may go at any time (`hookscope --json | head -1`): that ends the command, not the process.
stdout.on('error', () => gone.abort())
stderr.on('error', () => {})

const io: Io = { stdin, stdout, stderr, environment: env, folder: cwd(), outputGone: gone.signal }

/** Commands and what they stand on are loaded only once it is known that this Node.js can. */
async function run(): Promise<number> {
  checkNode(versions.node)
  const { readCommandLine } = await import('./command-line.ts')
  const asked = readCommandLine(argv.slice(2), io)
  if (asked === null) return exitCodes.ok
  return asked.run(io)
}

function explain(thrown: unknown): number {
  const error = thrown instanceof StoreUnavailable ? storeProblem(thrown) : thrown
  if (error instanceof UserError) {
    const hint = stderr.isTTY ? error.terminalHint : error.hint
    const width = widthOf(stderr)
    const lines = [
      ...wrapWords(`hookscope: ${error.message}`, width, '  '),
      ...(hint === '' ? [] : hint.split('\n').flatMap(line => wrapWords(`  ${line.trim()}`, width, '  '))),
    ]
    stderr.write(`${lines.join('\n')}\n`)
    return error.exitCode
  }
  stderr.write(`hookscope hit an unexpected error. Please report it with these lines:\n`)
  stderr.write(`${printableLines(surpriseText(error))}\n`)
  return exitCodes.failed
}

/** What is written to a pipe may still be on its way. */
const written = (stream: Output) =>
  new Promise<void>(resolve => {
    if (stream.destroyed || stream.writableLength === 0) resolve()
    else {
      stream.once('error', () => resolve())
      stream.write('', () => resolve())
    }
  })

// Where nothing is left that could answer a wait, Node ends by itself, and with 0.
process.exitCode = exitCodes.failed
process.once('beforeExit', () => stderr.write('hookscope ended before it was done. Please report this.\n'))

run()
  .catch(explain)
  .then(async code => {
    await Promise.all([written(stdout), written(stderr)])
    exit(code)
  })
