#!/usr/bin/env bash
# What: fetchHAR of fetch-har sends the query twice when an entry has it in `url` and in `queryString`, as HAR 1.2 has it.
# Version: fetch-har 12.0.4
# Expected: browsers write the query in both places, for one is the other taken apart; so the request has it once, as in `url`.
# Seen: /hook?a=1 is asked for as /hook?a=1&a=1, and what stands in `url` percent-encoded is decoded on the way (%26 parts a value).
#   Empty `queryString` before the entry is handed over, and the URL is asked for as it is.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fetch-har@12.0.4
cat > try.mjs <<'JS'
import http from 'node:http'
import fetchHar from 'fetch-har'
const server = http.createServer((request, response) => response.end(request.url))
await new Promise(done => server.listen(0, '127.0.0.1', done))
const url = `http://127.0.0.1:${server.address().port}/hook?a=1%262`
const entry = { method: 'POST', url, headers: [], cookies: [], postData: { mimeType: 'text/plain', text: 'x' } }
const ask = async queryString => (await fetchHar({ log: { entries: [{ request: { ...entry, queryString } }] } })).text()
const seen = [await ask([{ name: 'a', value: '1%262' }]), await ask([])]
console.log(`with queryString     ${seen[0]}\nwith an empty one    ${seen[1]}`)
server.close()
process.exitCode = seen.join(' ') === '/hook?a=1&2&a=1%262 /hook?a=1%262' ? 0 : 1
JS
node try.mjs
