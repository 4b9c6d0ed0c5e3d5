/** Which port the receiver and the inspector open on: the one that was chosen, or the usual one, or any free one when that is taken. */
import { defaultPorts } from '../config/settings.ts'
import { UserError } from './errors.ts'

/** The receiver or the inspector, as the messages about its port name it. */
export interface PortUse {
  readonly name: 'receiver' | 'inspector'
  /** The setting that chooses its port, such as `--port`. */
  readonly option: string
  /** The port to try first when none was chosen. */
  readonly usual: number
}

export const doors = {
  receiver: { name: 'receiver', option: '--port', usual: defaultPorts.receiver },
  inspector: { name: 'inspector', option: '--inspector-port', usual: defaultPorts.inspector },
} as const satisfies Record<string, PortUse>

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

/** What to tell the person whose port cannot be listened on. @param error Node's, which stays its cause */
export function cannotListen({ name, option }: PortUse, port: number, error: Error): UserError {
  const [reason, wayOut] =
    codeOf(error) === 'EADDRINUSE'
      ? ['it is in use', 'End the program that uses it, choose another']
      : codeOf(error) === 'EACCES'
        ? // Above them it is Windows that keeps ranges of ports to itself.
          ['this account may not use it', port > 1023 ? 'Choose another' : 'Choose one above 1023']
        : [error.message, 'Choose another']
  return new UserError(
    `Port ${port} cannot be used for the ${name}: ${reason}.`,
    `${wayOut} with ${option}, or use any free port with ${option} 0.`,
    { cause: error },
  )
}

/**
 * @param chosen null when nobody chose one: then, and only then, a taken port is no error
 * @param start listens on a port, 0 for a free one
 * @returns what was opened, and a sentence when the usual port was taken
 * @throws what `start` throws: for a port that was chosen, and for whatever else keeps it from listening
 */
export async function onPort<Opened extends { readonly port: number }>(
  chosen: number | null,
  { name, option, usual }: PortUse,
  start: (port: number) => Promise<Opened>,
): Promise<{ opened: Opened; notice: string | null }> {
  try {
    return { opened: await start(chosen ?? usual), notice: null }
  } catch (error) {
    const code = codeOf(error instanceof UserError ? error.cause : error)
    if (chosen !== null || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error
    const opened = await start(0)
    return { opened, notice: `Port ${usual} is in use, so the ${name} took ${opened.port}. Choose one with ${option}.` }
  }
}
