// The limit of bench/stream.bench.ts: hands every body to the viewers, then answers. Checks, parses and keeps nothing.
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const viewers = new WebSocketServer({ noServer: true, perMessageDeflate: false })
const server = createServer((incoming, outgoing) => {
  const chunks = []
  incoming.on('data', chunk => chunks.push(chunk))
  incoming.on('end', () => {
    const text = Buffer.concat(chunks).toString()
    for (const viewer of viewers.clients) viewer.send(text)
    outgoing.end('ok')
  })
})
server.on('upgrade', (request, socket, head) => viewers.handleUpgrade(request, socket, head, () => {}))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
