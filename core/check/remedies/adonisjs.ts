import { challenge, digestImports, digests, isForged, scriptRoute, typedCredentials } from './javascript.ts'
import type { Stack } from './stack.ts'

export const adonisjs: Stack = {
  name: 'AdonisJS',
  aliases: ['adonis'],
  code: {
    signature: `// start/routes.ts
${digestImports}
import router from '@adonisjs/core/services/router'

router.post('/webhooks', async ({ request, response }) => {
  const body = Buffer.from(request.raw() ?? '') // null when it is empty
  ${digests("request.header('X-Signature')", 'process.env.WEBHOOK_KEY!')}
  if (${isForged}) return response.status(401).send('')
  const event = JSON.parse(body.toString())
  // … your work
  return response.status(200).send('')
})`,
    credentials: `// In the same file; the last lines stand first in the route.
${typedCredentials}

if (!isGateway(request.header('Authorization')))
  return response.header('WWW-Authenticate', ${challenge}).status(401).send('')`,
    ...scriptRoute("return response.status(200).send('')", "return response.status(400).send('')"),
    quietErrors: `// app/exceptions/handler.ts
protected debug = false // and NODE_ENV=production: in development it answers with the stack`,
    postOnly: `// After the route.
router.any('/webhooks', ({ response }) => response.header('Allow', 'POST').status(405).send(''))`,
    limit: `json: { limit: '1mb', length: null } // config/bodyparser.ts; without length: null AdonisJS 6 refuses chunked bodies`,
  },
}
