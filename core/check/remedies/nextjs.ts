import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

export const nextjs: Stack = {
  name: 'Next.js',
  aliases: ['next'],
  code: {
    signature: `// app/webhooks/route.js. Enter the Hook URL without a slash at its end: Next.js answers 308 to the other one.
${digestImports}

export async function POST(request) {
  const body = Buffer.from(await request.arrayBuffer()) // text() drops a byte order mark and replaces what is not UTF-8
  ${digests("request.headers.get('X-Signature')")}
  if (${isForged}) return new Response(null, { status: 401 })
  const event = JSON.parse(body.toString())
  // … your work
  return new Response(null, { status: 200 })
}`,
    credentials: `// In the same file; the last lines stand first in POST.
${gatewayCredentials}

if (!isGateway(request.headers.get('Authorization')))
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': ${challenge} } })`,
    ...scriptRoute('return new Response(null, { status: 200 })', 'return new Response(null, { status: 400 })'),
    quietErrors: `// Run next build and next start, never next dev: it answers with the stack.`,
    postOnly: `// route.js exports POST and no other method: Next.js answers 405 to the rest.`,
    limit: `// A route handler has no limit of its own. On Vercel it is 4.5 MB; in pages/api: export const config = { api: { bodyParser: false } }`,
  },
}
