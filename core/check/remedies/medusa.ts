import { challenge, digestImports, digests, isForged, scriptRoute, typedCredentials } from './javascript.ts'
import type { Stack } from './stack.ts'

export const medusa: Stack = {
  name: 'Medusa',
  code: {
    signature: `// src/api/middlewares.ts
import { defineMiddlewares } from '@medusajs/framework/http'

export default defineMiddlewares({
  routes: [{ matcher: '/webhooks', method: ['POST'], bodyParser: { preserveRawBody: true, sizeLimit: '1mb' } }],
})

// src/api/webhooks/route.ts
${digestImports}
import type { MedusaRequest, MedusaResponse } from '@medusajs/framework/http'

export const POST = async (req: MedusaRequest, res: MedusaResponse) => {
  const body = Buffer.isBuffer(req.rawBody) ? req.rawBody : Buffer.alloc(0) // undefined when there was no JSON
  ${digests("req.get('X-Signature')", 'process.env.WEBHOOK_KEY!')}
  if (${isForged}) return res.sendStatus(401)
  const event = JSON.parse(body.toString())
  // … your work
  res.sendStatus(200)
}`,
    credentials: `// src/api/webhooks/route.ts; the last lines stand first in POST.
${typedCredentials}

if (!isGateway(req.get('Authorization')))
  return res.set('WWW-Authenticate', ${challenge}).sendStatus(401)`,
    ...scriptRoute('res.sendStatus(200)', 'return res.sendStatus(400)'),
    quietErrors: `// Run medusa build and medusa start with NODE_ENV=production, never medusa develop.`,
    postOnly: `// route.ts exports POST and no other method: Medusa answers 404 to the rest.`,
    limit: `bodyParser: { preserveRawBody: true, sizeLimit: '1mb' } // src/api/middlewares.ts; without it Medusa stops at 100 kB`,
  },
}
