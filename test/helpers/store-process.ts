/** A process of its own that opens a store, for tests of locks and crashes; talks in lines of JSON on its standard output. */
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { arrival, saleEvent } from './deliveries.ts'

const [path = '', connections = '0'] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

const store = openSqlite({ path })
say({ kind: 'open', pid: process.pid })
// What 20 connections do: the next delivery once the last one is acknowledged.
for (let connection = 0; connection < Number(connections); connection++) {
  void (async () => {
    for (let count = 0; ; count++) {
      const text = `${process.pid}-${connection}-${count}`
      const id = await store.deliveries.append(arrival({ body: saleEvent({ id: text, invoice: text.repeat(40) }) }))
      say({ kind: 'acknowledged', id, event: text })
    }
  })()
}
// Stays until its standard input is closed.
process.stdin.resume()
process.stdin.on('end', () => {
  void store.close().then(() => process.exit(0))
})
