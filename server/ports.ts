/** Which port a door opens on: the one that was chosen, or the usual one, or any free one when that is taken. */
import { UserError } from './errors.ts'

function isTaken(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return cause instanceof Error && 'code' in cause && (cause.code === 'EADDRINUSE' || cause.code === 'EACCES')
}

/**
 * @param chosen null when nobody chose one: then, and only then, a taken port is no error
 * @param usual the port to try first then
 * @param option names the setting in the message, such as `--port`
 * @param door names what listens there
 * @param start opens it on a port, 0 for a free one
 * @returns what was opened, and a sentence when the usual port was taken
 * @throws UserError when the chosen port is taken
 */
export async function onPort<Opened extends { readonly port: number }>(
  chosen: number | null,
  usual: number,
  option: string,
  door: string,
  start: (port: number) => Promise<Opened>,
): Promise<{ opened: Opened; notice: string | null }> {
  try {
    return { opened: await start(chosen ?? usual), notice: null }
  } catch (error) {
    if (!isTaken(error)) throw error
    if (chosen !== null) {
      throw new UserError(
        `Port ${chosen} cannot be used for the ${door}: it is in use, or not allowed.`,
        `End the program that uses it, choose another with ${option}, or let hookscope take a free one with ${option} 0.`,
        { cause: error },
      )
    }
    const opened = await start(0)
    return { opened, notice: `Port ${usual} is in use, so the ${door} took ${opened.port}. Choose one with ${option}.` }
  }
}
