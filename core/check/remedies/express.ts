import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

/** Also for what runs on top of Express. @param types of the parameters, where the compiler asks for them */
export const expressCredentials = (credentials = gatewayCredentials, parameters = 'req, res, next') => `${credentials}

app.use('/webhooks', (${parameters}) => {
  if (isGateway(req.get('Authorization'))) return next()
  res.set('WWW-Authenticate', ${challenge}).sendStatus(401)
})`

export const express: Stack = {
  name: 'Express 4 and 5',
  code: {
    signature: `// Before app.use(express.json()), which leaves no raw body.
${digestImports}

app.post('/webhooks', express.raw({ type: () => true, limit: '1mb' }), (req, res, next) => {
  webhook(req, res).catch(next) // Express 4 does not catch what an async function throws
})

async function webhook(req, res) {
  const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0) // not parsed when there is no body
  ${digests("req.get('X-Signature')")}
  if (${isForged}) return res.sendStatus(401)
  const event = JSON.parse(body.toString())
  // … your work
  res.sendStatus(200)
}`,
    credentials: `// Before the route.
${expressCredentials()}`,
    ...scriptRoute('res.sendStatus(200)', 'return res.sendStatus(400)'),
    quietErrors: `// After all routes.
app.use((error, req, res, next) => {
  console.error(error)
  if (res.headersSent) return next(error)
  res.sendStatus(error.status ?? 500)
})`,
    postOnly: `// After the route.
app.all('/webhooks', (req, res) => res.set('Allow', 'POST').sendStatus(405))`,
    limit: `express.raw({ type: () => true, limit: '1mb' }) // on the route; without a limit it stops at 100 kB`,
  },
}
