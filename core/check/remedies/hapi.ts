import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

export const hapi: Stack = {
  name: 'hapi',
  code: {
    signature: `${digestImports}

server.route({
  method: 'POST',
  path: '/webhooks',
  options: { payload: { output: 'data', parse: false, maxBytes: 2 ** 20 } },
  handler: webhook,
})

async function webhook(request, h) {
  const body = request.payload ?? Buffer.alloc(0)
  ${digests("request.headers['x-signature']")}
  if (${isForged}) return h.response().code(401)
  const event = JSON.parse(body.toString())
  // … your work
  return h.response().code(200)
}`,
    credentials: `// On the route: options: { auth: 'gateway', payload: … }
${gatewayCredentials}

server.auth.scheme('gateway', () => ({
  authenticate: (request, h) =>
    isGateway(request.headers.authorization)
      ? h.authenticated({ credentials: {} })
      : h.response().code(401).header('WWW-Authenticate', ${challenge}).takeover(),
}))
server.auth.strategy('gateway', 'gateway')`,
    ...scriptRoute('return h.response().code(200)', 'return h.response().code(400)'),
    quietErrors: `// Beside the routes.
server.ext('onPreResponse', ({ response }, h) => {
  if (!response.isBoom) return h.continue
  console.error(response)
  return h.response().code(response.output.statusCode)
})`,
    postOnly: `// Beside the route.
server.route({
  method: '*',
  path: '/webhooks',
  options: { payload: { output: 'data', parse: false } },
  handler: (request, h) => h.response().code(405).header('Allow', 'POST'),
})`,
    limit: `options: { payload: { output: 'data', parse: false, maxBytes: 2 ** 20 } } // 1 MB is also hapi's default`,
  },
}
