import { expressCredentials } from './express.ts'
import { digestImports, digests, isForged, scriptRoute, typedCredentials } from './javascript.ts'
import type { Stack } from './stack.ts'

/** On Express, Nest's default. */
export const nestjs: Stack = {
  name: 'NestJS',
  aliases: ['nest'],
  code: {
    signature: `// main.ts; app.use(express.json()) anywhere turns rawBody off.
const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true })
app.useBodyParser('json', { limit: '1mb' })

// webhooks.controller.ts
${digestImports}
import { BadRequestException, Controller, HttpCode, Post, Req, UnauthorizedException } from '@nestjs/common'
import type { RawBodyRequest } from '@nestjs/common'
import type { Request } from 'express'

@Controller('webhooks')
export class WebhooksController {
  @Post()
  @HttpCode(200)
  async webhook(@Req() request: RawBodyRequest<Request>) {
    const body = request.rawBody ?? Buffer.alloc(0) // undefined when there was no JSON
    ${digests("request.get('X-Signature')", 'process.env.WEBHOOK_KEY!').replace('\n', '\n  ')}
    if (${isForged})
      throw new UnauthorizedException()
    const event = JSON.parse(body.toString())
    // … your work
    return
  }
}`,
    credentials: `// main.ts, before app.listen.
import type { NextFunction, Request, Response } from 'express'
${expressCredentials(typedCredentials, 'req: Request, res: Response, next: NextFunction')}`,
    ...scriptRoute('return', 'throw new BadRequestException()'),
    quietErrors: `// main.ts, before app.listen.
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'

@Catch()
class Quiet implements ExceptionFilter {
  catch(error: { status?: number }, host: ArgumentsHost) {
    console.error(error)
    host.switchToHttp().getResponse().status(error.status ?? 500).end()
  }
}
app.useGlobalFilters(new Quiet())`,
    postOnly: `// In the controller, after the route.
@All()
other() {
  throw new MethodNotAllowedException() // from '@nestjs/common', as All
}`,
    limit: `app.useBodyParser('json', { limit: '1mb' }) // main.ts; without it Nest stops at 100 kB`,
  },
}
