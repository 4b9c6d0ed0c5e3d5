import { digestImports, digests, isForged, scriptRoute } from './javascript.ts'
import type { Stack } from './stack.ts'

export const hono: Stack = {
  name: 'Hono',
  code: {
    signature: `${digestImports}

app.post('/webhooks', async c => {
  const body = Buffer.from(await c.req.arrayBuffer())
  ${digests("c.req.header('X-Signature')")}
  if (${isForged}) return c.body(null, 401)
  const event = JSON.parse(body.toString())
  // … your work
  return c.body(null, 200)
})`,
    credentials: `// Before the route.
import { basicAuth } from 'hono/basic-auth'

app.use('/webhooks', basicAuth({ username: process.env.WEBHOOK_USER, password: process.env.WEBHOOK_PASSWORD }))`,
    ...scriptRoute('return c.body(null, 200)', 'return c.body(null, 400)'),
    quietErrors: `import { HTTPException } from 'hono/http-exception'

app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse()
  console.error(error)
  return c.body(null, 500)
})`,
    postOnly: `// After the route.
app.all('/webhooks', c => c.body(null, 405, { Allow: 'POST' }))`,
    limit: `app.use('/webhooks', bodyLimit({ maxSize: 2 ** 20 })) // from 'hono/body-limit'; Hono itself has no limit`,
  },
}
