import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

export const evershop: Stack = {
  name: 'EverShop',
  code: {
    signature: `// extensions/webhooks/src/api/webhooks/route.json
{ "methods": ["POST"], "path": "/webhooks", "access": "public" }

// extensions/webhooks/src/api/webhooks/bodyParser.js
import bodyParser from 'body-parser'

export default bodyParser.raw({ type: () => true, limit: '1mb' })

// extensions/webhooks/src/api/webhooks/[bodyParser]webhook.js. EverShop answers 429 after 120 requests a minute.
${digestImports}

export default async function webhook(req, res) {
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0) // not parsed when there is no body
  ${digests("req.get('X-Signature')")}
  if (${isForged}) return res.sendStatus(401)
  const event = JSON.parse(body.toString())
  // … your work
  res.sendStatus(200)
}`,
    credentials: `// In [bodyParser]webhook.js; the last lines stand first in the route.
${gatewayCredentials}

if (!isGateway(req.get('Authorization')))
  return res.set('WWW-Authenticate', ${challenge}).sendStatus(401)`,
    ...scriptRoute('res.sendStatus(200)', 'return res.sendStatus(400)'),
    quietErrors: `// Run evershop build and evershop start, never evershop dev: it answers with the stack.`,
    postOnly: `"methods": ["POST"] // route.json: EverShop answers 404 to the rest`,
    limit: `export default bodyParser.raw({ type: () => true, limit: '1mb' }) // without a limit 100 kB, and EverShop answers 500 above`,
  },
}
