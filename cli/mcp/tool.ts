/** What a tool of an agent is, and what all of them have in common. */
import { z } from 'zod'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import type { Client } from '../client.ts'
import type { Io } from '../shared/io.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import { type CommandName, type CommandResult, runCommand } from './run-command.ts'

/** With what a tool works. */
export interface Means {
  readonly options: Omit<CommonOptions, 'json'>
  /** `--db`, and which config file, for the commands behind the tools. */
  readonly storeWords: readonly string[]
  readonly io: Io
  /** Aborted when the agent cancels the call, and when the connection ends. */
  readonly signal: AbortSignal
}

export interface Tool<In extends z.ZodRawShape = z.ZodRawShape, Out extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string
  readonly title: string
  readonly description: string
  /** Other arguments are refused: one that is mistyped must not pass for none. */
  readonly takes: In
  readonly gives: Out
  /** `sends`: requests go out, and an app acts on them. */
  readonly does: 'looks' | 'sends'
  /** @throws UserError in words for the agent */
  run(input: z.output<z.ZodObject<In>>, means: Means): Promise<z.output<z.ZodObject<Out>>>
}

/** Has the types of what it takes and gives fit `run`, which a list of tools no longer shows. The server reads the input by `takes`. */
export const tool = <In extends z.ZodRawShape, Out extends z.ZodRawShape>(one: Tool<In, Out>): Tool => ({
  ...one,
  run: (input, means) => one.run(input as z.output<z.ZodObject<In>>, means),
})

export const mostRows = 100
/** Clients of agents give up after a minute. */
export const longestWaitSeconds = 60

/** More digits are no id, and would be searched for. */
export const largestId = 999_999_999_999_999
/** What several tools take. */
export const input = {
  id: z.int().min(1).max(largestId).describe('Of a delivery, as search_deliveries shows it'),
  query: z
    .string()
    .max(4000)
    .describe('As in the inspector: type:ach.* is:rejected status:5xx amount:>100 after:today'),
  to: z.string().max(4000).optional(),
  hook: z.string().max(200).optional().describe('Its label or id'),
} as const

/** The work of `look`, for its result. @param needs as there */
export async function looking<T>(
  { options, io, signal }: Means,
  needs: string | null,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  let result: { readonly value: T } | null = null
  await look({ ...options, json: true, rebuilt: true }, { ...io, outputGone: signal }, needs, async ({ client }) => {
    result = { value: await work(client) }
    return exitCodes.ok
  })
  const done = result as { readonly value: T } | null
  if (done === null) throw new UserError('Canceled.', '')
  return done.value
}

export const askCommand = (
  { io, signal, storeWords }: Means,
  name: CommandName,
  options: readonly string[],
  words: readonly string[] = [],
) => runCommand(name, ['--json', ...storeWords, ...options, '--', ...words], io, signal)

/** Lines of one kind. */
export const linesOfKind = ({ lines }: CommandResult, kind: string) =>
  lines.filter(line => 'kind' in line && line.kind === kind)

/** `--name=value` where there is a value. */
export const valued = (name: string, value: string | number | undefined) =>
  value === undefined ? [] : [`--${name}=${value}`]
