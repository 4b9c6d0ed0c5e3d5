import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

/** Holds for both: there, readRawBody without false decodes the body as text. */
export const h3: Stack = {
  name: 'h3 1 and 2 (Nitro, Nuxt)',
  aliases: ['nitro', 'nuxt'],
  code: {
    signature: `// server/routes/webhooks.post.js
${digestImports}
import { defineEventHandler, getRequestHeader, readRawBody } from 'h3'

export default defineEventHandler(async request => {
  const body = Buffer.from((await readRawBody(request, false)) ?? []) // undefined when it is empty
  ${digests("getRequestHeader(request, 'x-signature')")}
  if (${isForged}) return new Response(null, { status: 401 })
  const event = JSON.parse(body.toString())
  // … your work
  return new Response(null, { status: 200 })
})`,
    credentials: `// In the same file; the last lines stand first in the route.
${gatewayCredentials}

if (!isGateway(getRequestHeader(request, 'authorization')))
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': ${challenge} } })`,
    ...scriptRoute('return new Response(null, { status: 200 })', 'return new Response(null, { status: 400 })'),
    quietErrors: `// Run what the build made, never the development server: it answers with the stack.
// node .output/server/index.mjs`,
    postOnly: `// server/routes/webhooks.js
import { defineEventHandler } from 'h3'

export default defineEventHandler(() => new Response(null, { status: 405, headers: { Allow: 'POST' } }))`,
    limit: `// h3 and Nitro have no limit of their own: raise that of the proxy in front, such as client_max_body_size 1m; in nginx.`,
  },
}
