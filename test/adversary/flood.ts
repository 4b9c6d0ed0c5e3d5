/** Signed deliveries at a steady rate over a few connections, at little cost for the one who sends: whole requests, made before. */
import net from 'node:net'
import { eventBytes, signatureOf } from '../helpers/gateway.ts'

export interface Flood {
  /** How many were sent, and how many were answered 200. */
  readonly sent: number
  readonly kept: number
  /** How many were answered otherwise, by status. */
  readonly refused: Readonly<Record<string, number>>
  /** How long each answer took, milliseconds, ascending. */
  readonly waits: readonly number[]
}

/** Other bodies come round again, as events of their own, never within so many. */
const kinds = 2000

export interface FloodOptions {
  readonly url: string
  readonly key: string
  /** Deliveries a second, and for how long, milliseconds. */
  readonly rate: number
  readonly ms: number
  readonly connections?: number
  /** The number of the first event, so that those of several floods are events of their own. Default 0. */
  readonly first?: number
}

/** Sends whether answers come or not; resolves when all have come, or 20 s later. */
export async function flood({ url, key, rate, ms, connections = 20, first = 0 }: FloodOptions): Promise<Flood> {
  const { hostname, port, host, pathname } = new URL(url)
  const bodies = Array.from({ length: kinds }, (_, seed) => eventBytes('transaction.sale.success', seed + 1).toString())
  const request = (at: number) => {
    const body = Buffer.from(
      (bodies[at % kinds] ?? '').replace(/"event_id":"[^"]*"/, `"event_id":"flood-${first + at}"`),
    )
    const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nX-Signature: ${signatureOf(key, body)}\r\n\r\n`
    return Buffer.concat([Buffer.from(head), body])
  }
  const waits: number[] = []
  const refused: Record<string, number> = {}
  let [sent, kept, answered] = [0, 0, 0]
  const lines = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = net.connect(Number(port), hostname.replace('localhost', '127.0.0.1'))
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
      const asked: number[] = []
      socket.on('error', () => {})
      socket.on('data', chunk => {
        for (const [, status = ''] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) {
          const began = asked.shift()
          if (began !== undefined) waits.push(performance.now() - began)
          answered += 1
          if (status === '200') kept += 1
          else refused[status] = (refused[status] ?? 0) + 1
        }
      })
      return { socket, asked }
    }),
  )
  const began = performance.now()
  await new Promise<void>(resolve => {
    const timer = setInterval(() => {
      const now = performance.now()
      const due = Math.min(Math.floor(((now - began) / 1000) * rate), Math.floor((ms / 1000) * rate))
      for (; sent < due; sent++) {
        const line = lines[sent % lines.length]
        line?.asked.push(performance.now())
        line?.socket.write(request(sent))
      }
      if (now - began < ms) return
      clearInterval(timer)
      resolve()
    }, 2)
  })
  const last = performance.now() + 20_000
  while (answered < sent && performance.now() < last) await new Promise(done => setTimeout(done, 50))
  for (const { socket } of lines) socket.destroy()
  return { sent, kept, refused, waits: waits.sort((one, other) => one - other) }
}

/** A line about it for people. */
export function floodText({ sent, kept, refused, waits }: Flood): string {
  const at = (part: number) => (waits[Math.floor((waits.length - 1) * part)] ?? 0).toFixed(1)
  return `${sent} sent, ${kept} kept, refused ${JSON.stringify(refused)}, wait median ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} ms`
}
