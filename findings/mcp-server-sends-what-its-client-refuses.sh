#!/usr/bin/env bash
# What: a tool with an outputSchema, registered with McpServer, returns structuredContent with one field more than the schema
#   names; a client of the same package calls it before and after listTools().
# Version: @modelcontextprotocol/sdk 1.32.2
# Expected: the field is stripped as zod strips it, or refused by the server; and a call does not depend on an earlier listTools().
# Seen: the server looks at the result and sends it with the field. The client takes it, until it has listed the tools: then it
#   refuses every result of that tool. Parse the result by the schema yourself before it is returned, and list the tools in tests.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 zod@4.6.7
cat > call.mjs <<'JS'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
const server = new McpServer({ name: 'server', version: '1' })
server.registerTool('count', { inputSchema: {}, outputSchema: { count: z.number() } }, async () => ({
  structuredContent: { count: 1, unit: 'sales' },
  content: [],
}))
const [one, other] = InMemoryTransport.createLinkedPair()
const client = new Client({ name: 'client', version: '1' })
await Promise.all([server.connect(one), client.connect(other)])
const call = () =>
  client.callTool({ name: 'count', arguments: {} }).then(
    ({ structuredContent }) => `taken with ${Object.keys(structuredContent)}`,
    () => 'refused',
  )
console.log(`before listTools: ${await call()}`)
await client.listTools()
console.log(`after listTools: ${await call()}`)
process.exit()
JS
seen=$(node call.mjs)
echo "$seen"
[ "$seen" = 'before listTools: taken with count,unit
after listTools: refused' ]
