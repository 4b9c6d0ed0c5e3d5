/** Endpoints whose answers say too much, or lead elsewhere. */
import http from 'node:http'
import { listen } from '../node.ts'
import { key } from '../shop.ts'
import { type Flaw, hex, said, textOf } from './flaw.ts'

export const answersFlaws: readonly Flaw[] = [
  {
    name: 'echoes the body',
    plant: () => ({ say: (given, came) => ({ ...given, body: textOf(came) }) }),
    red: ['no-body-echo'],
  },
  {
    name: 'stack traces',
    plant: () => ({
      say: given => (given.status === 400 ? said(400, new SyntaxError('Unexpected token').stack) : given),
    }),
    red: ['no-internals'],
  },
  {
    name: 'tells a forger the key',
    plant: () => ({ say: given => (given.status === 401 ? said(401, `does not fit “${key}”`) : given) }),
    red: ['no-secrets'],
  },
  {
    name: 'tells a forger the right signature',
    plant: () => ({ say: (given, came) => (given.status === 401 ? said(401, `expected ${hex(came.body)}`) : given) }),
    red: ['no-secrets'],
  },
  {
    // As Caddy does for a host that no site block names.
    name: 'something in front answers for it',
    start: () =>
      listen(
        http.createServer((_incoming, outgoing) => {
          outgoing.writeHead(200, { Server: 'Caddy' }).end()
        }),
        false,
      ),
    limits: { effectMs: 200 },
    red: ['app-answers'],
    unknown: 'rest',
  },
  {
    name: 'redirects to the same path with a slash',
    plant: () => ({ say: () => ({ status: 301, headers: { Location: '/webhooks/' } }) }),
    red: ['redirect'],
    unknown: 'rest',
  },
]
