import { challenge, digestImports, digests, isForged, scriptRoute, typedCredentials } from './javascript.ts'
import { nestjs } from './nestjs.ts'
import type { Stack } from './stack.ts'

/** Nest, with the parser of its own configuration. */
export const vendure: Stack = {
  name: 'Vendure',
  code: {
    signature: `// vendure-config.ts
import express from 'express'

apiOptions: {
  middleware: [{ route: '/webhooks', handler: express.raw({ type: () => true, limit: '1mb' }), beforeListen: true }],
},

// webhooks.controller.ts, in the controllers of a plugin.
${digestImports}
import { BadRequestException, Controller, HttpCode, Post, Req, UnauthorizedException } from '@nestjs/common'
import type { Request } from 'express'

@Controller('webhooks')
export class WebhooksController {
  @Post()
  @HttpCode(200)
  async webhook(@Req() request: Request) {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0) // not parsed when there is no body
    ${digests("request.get('X-Signature')", 'process.env.WEBHOOK_KEY!').replace('\n', '\n  ')}
    if (${isForged})
      throw new UnauthorizedException()
    const event = JSON.parse(body.toString())
    // … your work
    return
  }
}`,
    credentials: `// In the controller's file; the last lines stand first in the route.
${typedCredentials}

if (!isGateway(request.get('Authorization'))) {
  request.res?.set('WWW-Authenticate', ${challenge})
  throw new UnauthorizedException()
}`,
    ...scriptRoute('return', 'throw new BadRequestException()'),
    quietErrors: `// Vendure answers errors without a stack; run it with NODE_ENV=production, for the parser in front does so only then.`,
    postOnly: nestjs.code.postOnly,
    limit: `handler: express.raw({ type: () => true, limit: '1mb' }) // without it 100 kB, and Vendure answers 500 above`,
  },
}
