/** The command line of `hookscope serve`. */
import { defaultPorts } from '../../server/config/settings.ts'
import { type AddCommand, groups } from '../shared/options.ts'
import type { ServeCommandOptions } from './serve.ts'

export const addServe: AddCommand = (program, asked) =>
  program
    .command('serve')
    .description('receive for a team, on a server behind a proxy that speaks TLS')
    .takes(groups.arrive, {
      '--public-url <URL>': 'the https address that the proxy serves: Hook URLs and the inspector are there',
      '--port <PORT>': `port of the receiver, to which the proxy sends hook paths; default: ${defaultPorts.receiver}`,
      '--host <ADDRESS>':
        'also take connections at this address of the machine, 0.0.0.0 for all; default: 127.0.0.1 alone',
    })
    .takesSeveral(
      groups.arrive,
      '--trusted-proxy <RANGE>',
      'believe the X-Forwarded-For of a proxy at this address, such as 127.0.0.1 or 10.0.0.0/8; repeatable',
    )
    .takes(groups.arrive, {
      '--drain <TIME>': 'how long it says that it is ending before it takes no more connections; default: 1s',
    })
    .takes(groups.check, { '--observe': 'also answer rejected deliveries 200, and forward them' })
    .takesSeveral(
      groups.sendOn,
      '--forward <URL>',
      'forward each delivery to your app; EVENTS=URL, such as ach.*=3000/ach, only those; repeatable',
    )
    .takes(groups.sendOn, {
      '--forward-all': 'to every route that fits a delivery, not only to the first',
      '--only <EVENTS>': 'forward only these events, such as ach.*,transaction.sale.*',
      '--answer <WHO>': "who answers the gateway: hookscope at once (default), or app: your app's status and body",
    })
    .takes(groups.keep, {
      '--db <PLACE>': "a postgres:// URL, or a database file for one process; default: in this user's data folder",
      '--inspector-port <PORT>': `port of the inspector, to which the proxy sends everything else; default: ${defaultPorts.inspector}`,
    })
    .takesConfig()
    .takes(groups.other, { '--log <FORMAT>': 'text (default), or json: one object a line on standard output' })
    .does(
      asked,
      (given): ServeCommandOptions => ({
        settings: given.settings(),
        config: given.config(),
        serve: { trustedProxies: given.several('trustedProxy'), ...given.texts('log', 'drain') },
      }),
      async (options, io) => (await import('./serve.ts')).serve(options, io),
    )
    .says({
      examples: {
        'hookscope serve --public-url https://hooks.example.com --trusted-proxy 127.0.0.1':
          'behind a proxy on the same machine',
        'hookscope serve --public-url https://hooks.example.com --db postgres://hookscope@db.internal/hookscope':
          'its log in PostgreSQL',
      },
      remarks: [
        'HOOKSCOPE_SECRET, or HOOKSCOPE_SECRET_FILE with the path of its file, is needed: 32 characters or more, from openssl rand -hex 32. Keys and passwords of hooks are sealed with it. To exchange it, put the new one before the old one, with a comma between; the next start seals with the first.',
        '/healthz and /readyz of the inspector’s port answer supervisors; /metrics answers whoever sends HOOKSCOPE_METRICS_TOKEN as Authorization: Bearer. HOOKSCOPE_TRUSTED_PROXY, HOOKSCOPE_LOG, HOOKSCOPE_DRAIN and HOOKSCOPE_DB stand for the options.',
      ],
      exitCodes:
        '0 ended when it was asked to · 1 failed, or was ended before it was done · 2 the command line is wrong · 3 cannot run here',
    })
