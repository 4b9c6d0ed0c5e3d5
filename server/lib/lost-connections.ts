/** The last net under a process that strangers connect to: an error of one connection that nobody listened for. */

const codes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTCONN', 'EHOSTUNREACH', 'ENETDOWN'])
const calls = new Set(['read', 'write', 'shutdown'])

/** Whether an error tells of one connection and of nothing else. */
export function isLostConnection(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false
  return codes.has(String(error.code)) && calls.has(String(error.syscall))
}

/**
 * Lets the process outlive such errors; every other uncaught error still ends it.
 * @param log takes a line for each kind of such error, once
 * @param fail ends the process
 * @returns a function that takes the net away
 */
export function outliveLostConnections(log: (line: string) => void, fail: (error: unknown) => void): () => void {
  const told = new Set<string>()
  const onError = (error: unknown) => {
    if (!isLostConnection(error)) return fail(error)
    if (told.has(error.message)) return
    told.add(error.message)
    log(`A connection ended with an unexpected error: ${error.message}. hookscope keeps running.`)
  }
  process.on('uncaughtException', onError)
  return () => process.off('uncaughtException', onError)
}
