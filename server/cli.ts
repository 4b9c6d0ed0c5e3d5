#!/usr/bin/env node
/** argv → command. The only place that ends the process, and that prints what went wrong. */
import { argv, cwd, env, exit, stderr, stdin, stdout, versions } from 'node:process'
import { exitCodes, UserError } from './errors.ts'
import type { Io } from './io.ts'
import { checkNode } from './runtime.ts'

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

function explain(error: unknown): number {
  if (error instanceof UserError) {
    const hint = stderr.isTTY ? error.terminalHint : error.hint
    stderr.write(`hookscope: ${error.message}\n${hint === '' ? '' : `  ${hint}\n`}`)
    return error.exitCode
  }
  stderr.write(`hookscope met an error that it should not have. Please report it with these lines:\n`)
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return exitCodes.failed
}

/** What is written to a pipe may still be on its way. */
const written = (stream: NodeJS.WriteStream) =>
  new Promise<void>(resolve => {
    if (stream.destroyed || stream.writableLength === 0) resolve()
    else {
      stream.once('error', () => resolve())
      stream.write('', () => resolve())
    }
  })

run()
  .catch(explain)
  .then(async code => {
    await Promise.all([written(stdout), written(stderr)])
    exit(code)
  })
