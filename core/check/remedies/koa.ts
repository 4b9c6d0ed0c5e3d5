import { challenge, digestImports, digests, gatewayCredentials, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

export const koa: Stack = {
  name: 'Koa',
  code: {
    signature: `// Before app.use(bodyParser()), which reads the body as text and leaves nothing of it. npm install raw-body
${digestImports}
import rawBody from 'raw-body'

app.use(async (ctx, next) => {
  if (ctx.path !== '/webhooks' || ctx.method !== 'POST') return next()
  await webhook(ctx)
})

async function webhook(ctx) {
  const body = await rawBody(ctx.req, { length: ctx.get('Content-Length') || null, limit: '1mb' })
  ${digests("ctx.get('X-Signature')")}
  if (${isForged}) return void (ctx.status = 401)
  const event = JSON.parse(body.toString())
  // … your work
  ctx.status = 200
}`,
    credentials: `// Before the route.
${gatewayCredentials}

app.use(async (ctx, next) => {
  if (ctx.path !== '/webhooks' || isGateway(ctx.get('Authorization'))) return next()
  ctx.set('WWW-Authenticate', ${challenge})
  ctx.status = 401
})`,
    ...scriptRoute('ctx.status = 200', 'return void (ctx.status = 400)'),
    quietErrors: `// First of all.
app.use(async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    console.error(error)
    ctx.status = error.status ?? 500
  }
})`,
    postOnly: `// After the route.
app.use(async (ctx, next) => {
  if (ctx.path !== '/webhooks') return next()
  ctx.set('Allow', 'POST')
  ctx.status = 405
})`,
    limit: `await rawBody(ctx.req, { limit: '1mb' }) // in the route; a body parser in front has a limit of its own`,
  },
}
