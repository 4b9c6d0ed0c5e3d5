/** Whether anything takes connections at a target: a plain TCP connection, and not a byte over it. */
import net from 'node:net'
import type { AttemptError } from '../../core/attempt.ts'
import { connectTimeout, failure } from './failure.ts'
import { targetGuard } from './send.ts'

const connectMs = 5000

/** @returns null when it takes connections, else why not */
export function probeTarget(url: URL, signal: AbortSignal): Promise<AttemptError | null> {
  return new Promise(resolve => {
    const socket = net.connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      lookup: targetGuard.lookup,
      autoSelectFamily: true,
      signal,
    })
    const end = (problem: AttemptError | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(problem)
    }
    const timer = setTimeout(() => end(connectTimeout(url, connectMs).error), connectMs)
    socket.once('connect', () => end(null))
    socket.on('error', error => end(failure(error, { url, connected: false, answering: null }).error))
  })
}
