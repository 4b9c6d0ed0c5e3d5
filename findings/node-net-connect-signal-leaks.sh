#!/usr/bin/env bash
# What: net.connect({ host, port, signal }) twelve times over with one AbortSignal, each after the socket before has closed.
# Version: Node.js 20.20.2
# Expected: the signal has no listener left once a socket has closed, as with http.request({ signal }) and fetch.
# Seen: each socket leaves one; from the eleventh on Node warns of a memory leak (MaxListenersExceededWarning). Add a listener
#   to the signal yourself and take it away when the socket ends.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > connect.mjs <<'JS'
import { getEventListeners } from 'node:events'
import net from 'node:net'
const server = net.createServer(socket => socket.end())
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const stop = new AbortController()
const warnings = []
process.on('warning', ({ name }) => warnings.push(name))
for (let count = 0; count < 12; count++)
  await new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port: server.address().port, signal: stop.signal })
    socket.resume()
    socket.on('close', () => setImmediate(resolve))
  })
console.log(`listeners left: ${getEventListeners(stop.signal, 'abort').length}; warned: ${warnings}`)
server.close()
JS
seen=$(node connect.mjs 2> /dev/null)
echo "$seen"
[ "$seen" = 'listeners left: 12; warned: MaxListenersExceededWarning' ]
