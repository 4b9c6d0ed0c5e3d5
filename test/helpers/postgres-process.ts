/** A process of its own that works on a PostgreSQL log; talks in lines of JSON on its standard output. */

import { openPostgres } from '../../server/store/postgres/postgres.ts'
import { StoreUnavailable } from '../../server/store/problem.ts'
import { arrival, saleEvent } from './deliveries.ts'

const [url = '', connections = '0'] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

async function main(): Promise<void> {
  const store = await openPostgres({ url })
  const pause = () => new Promise(done => setTimeout(done, 20))

  /** What a connection of the gateway does: an event is sent until it is acknowledged, then the next one. */
  async function send(connection: number): Promise<void> {
    for (let count = 0; ; ) {
      const text = `${process.pid}-${connection}-${count}`
      try {
        const id = await store.deliveries.append(
          arrival({ body: saleEvent({ id: text, invoice: text.repeat(40) }), receivedAt: Date.now() }),
        )
        say({ kind: 'acknowledged', id, event: text })
        count += 1
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await pause()
      }
    }
  }

  say({ kind: 'open', pid: process.pid })
  for (let connection = 0; connection < Number(connections); connection++) void send(connection)
  process.stdin.setEncoding('utf8').on('data', (text: string) => {
    // A delivery to begin an attempt of, which is never ended.
    for (const line of text.split('\n').filter(line => line !== ''))
      void (async () => {
        const delivery = Number(line)
        const { method, headers, body } = arrival()
        const request = { method, url: 'http://localhost:3000/', headers, body }
        const id = await store.attempts.start({
          delivery,
          ...{ source: 'forward', target: request.url, startedAt: Date.now(), request },
        })
        const claim = await store.claims.hold('forward:http://localhost:3000/')
        say({ kind: claim ? 'attempting' : 'not held', id, event: '' })
      })()
  })
  process.stdin.on('end', () => {
    void store.close().then(() => process.exit(0))
  })
}

void main()
