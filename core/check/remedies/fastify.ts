import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

export const fastify: Stack = {
  name: 'Fastify',
  code: {
    signature: `// In a scope of its own: the parsers of other routes stay as they are.
${digestImports}

app.register(async scope => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 2 ** 20 }, (request, body, done) => done(null, body))
  scope.post('/webhooks', webhook)
})

async function webhook(request, reply) {
  const body = request.body ?? Buffer.alloc(0)
  ${digests("request.headers['x-signature']")}
  if (${isForged}) return reply.code(401).send()
  const event = JSON.parse(body.toString())
  // … your work
  return reply.code(200).send()
}`,
    credentials: `// Before the route.
${gatewayCredentials}

app.addHook('onRequest', async (request, reply) => {
  if (request.routeOptions.url !== '/webhooks' || isGateway(request.headers.authorization)) return
  return reply.code(401).header('WWW-Authenticate', ${challenge}).send()
})`,
    ...scriptRoute('return reply.code(200).send()', 'return reply.code(400).send()'),
    quietErrors: `// Before the routes: by default the error's message is in the answer.
app.setErrorHandler((error, request, reply) => {
  console.error(error)
  return reply.code(error.statusCode ?? 500).send()
})`,
    postOnly: `// Beside the route.
app.route({
  method: ['GET', 'PUT', 'PATCH', 'DELETE'],
  url: '/webhooks',
  handler: (request, reply) => reply.code(405).header('Allow', 'POST').send(),
})`,
    limit: `scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 2 ** 20 }, …) // 1 MB is also Fastify's default`,
  },
}
