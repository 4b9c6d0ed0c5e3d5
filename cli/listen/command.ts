/** The command line of `hookscope listen`, which is also that of hookscope alone. */
import { tunnelNames } from '../../core/tunnels/ways.ts'
import { defaultPorts } from '../../server/config/settings.ts'
import { type AddCommand, type Asked, type CommandLine, groups } from '../shared/options.ts'
import type { ListenOptions } from './listen.ts'

const takesSettings = (command: CommandLine): CommandLine =>
  command
    .takes(groups.arrive, {
      '--port <PORT>': `port of the receiver, 0 for any free port; default: ${defaultPorts.receiver}, or a free one if that is in use`,
      '--host <ADDRESS>':
        'also take deliveries at this address of the machine, 0.0.0.0 for all; default: this machine alone',
      '--tunnel <NAME>': `${tunnelNames.join(', ')}; default: auto, which reuses the last one or asks`,
      '--tunnel-host <HOST>': 'your own localtunnel server (URL) or SSH server (user@host:port)',
      '--tunnel-remote <ADDRESS>': 'address and port at which your SSH server listens; default: 127.0.0.1:4780',
      '--tunnel-name <NAME>': 'a tunnel of your Cloudflare account; with --public-url',
      '--tunnel-token-file <PATH>': 'the same by the file that has its token',
      '--tunnel-domain <DOMAINS>': 'additional domains or addresses that server may use for URLs and relays',
      '--subdomain <NAME>': 'the name to request from localtunnel; the one you get is reused at the next start',
      '--public-url <URL>': 'your own public URL that leads to the receiver, instead of a tunnel',
      '--label <TEXT>': 'the Webhook Label of the console',
    })
    .takes(groups.arrive, {
      '--from <URL>':
        "receive from your team's hookscope serve, such as https://hooks.example.com; no tunnel is opened",
    })
    .takesSeveral(groups.arrive, '--hook <LABEL>', 'with --from: only deliveries of this webhook; repeatable')
    .takesKeys()
    .takesBasicAuth()
    .takes(groups.check, { '--observe': 'also answer rejected deliveries 200, and forward them' })
    .takesSeveral(
      groups.sendOn,
      '--forward <URL>',
      'forward each delivery to your app; EVENTS=URL, such as ach.*=3000/ach, only those; repeatable',
    )
    .takes(groups.sendOn, {
      '--forward-all': 'to every route that fits a delivery, not only to the first',
      '--only <EVENTS>': 'forward only these events, such as ach.*,transaction.sale.*',
      '--forward-unsubscribed': 'also events that the hook is not subscribed to',
    })
    .takesSeveral(
      groups.sendOn,
      '--header <NAME: VALUE>',
      'send this header along, in place of one of that name; repeatable',
    )
    .takes(groups.sendOn, {
      '--timeout <TIME>': 'how long your app may take to answer, such as 10m; default: 45s',
      '--retry <TIME>':
        'how long deliveries are tried again while your app takes no connections; default: 30s, 0 for not at all',
      '--insecure': 'take any certificate of a target on this machine or in a private network',
      '--answer <WHO>': "who answers the gateway: hookscope at once (default), or app: your app's status and body",
      '--exec <COMMAND>':
        'start your app in the shell, with HOOKSCOPE_HOOK_URL and HOOKSCOPE_TARGET set, and end with it',
    })
    .takesStore()
    .takes(groups.keep, {
      '--inspector-port <PORT>': `port of the inspector; default: ${defaultPorts.inspector}, or a free one if that is in use`,
    })
    .takesSeveral(
      groups.keep,
      '--allowed-host <NAME>',
      'a host name, with its port, that the inspector answers to as well, such as localhost:8080; repeatable',
    )
    .takes(groups.keep, {
      '--open': 'open the inspector in the browser; default: only the first time, from a terminal',
      '--no-open': 'do not',
      '--two-factor': 'ask for a second factor before Hooks, as the console does',
    })
    .takesJson('one JSON object per line on standard output: ready, delivery, attempt, tunnel')

/** Of hookscope alone, too. */
export const listenExitCodes =
  '0 ended normally · 1 failed · 2 the command line is wrong · 3 cannot run here · with --exec, the exit code of your app when it ends first'

/** Makes a command, or the program itself, listen. */
export const listenByDefault = (command: CommandLine, asked: (what: Asked) => void): CommandLine =>
  takesSettings(command).does(
    asked,
    (given): ListenOptions => ({
      ...given.secrets(),
      ...given.texts('exec', 'from'),
      hooks: given.several('hook'),
      ...given.flags('json'),
      settings: given.settings(),
      config: given.config(),
    }),
    async (options, io) => (await import('./listen.ts')).listen(options, io),
  )

export const addListen: AddCommand = (program, asked) =>
  listenByDefault(program.command('listen').description('receive deliveries; the same as hookscope alone'), asked).says(
    {
      examples: {
        'hookscope --forward 3000/webhooks --signature-key':
          'ask for the key, verify each delivery and forward it to your app',
        'hookscope --forward 3000/webhooks --answer app': "let your app's answer go back, to see the gateway's retries",
        "hookscope --forward 3000/webhooks --exec 'npm run dev'": 'start your app as well, and end with it',
        'hookscope listen --from https://hooks.example.com --forward 3000/webhooks':
          "receive from your team's server, and forward to your app",
        'hookscope --tunnel none --port 0 --json': 'for scripts: no tunnel, any port, one JSON object per line',
      },
      remarks: [
        'Keys and passwords are best given by prompt, file, the inspector, or the environment: HOOKSCOPE_SIGNATURE_KEY, HOOKSCOPE_SOURCE_KEY, HOOKSCOPE_BASIC_AUTH (user:password), each also with _FILE at its end and the path of a file. HOOKSCOPE_TOKEN fixes the token of the inspector and its API.',
        'Each option that takes a value, --exec, --from and --hook aside, can also be set as HOOKSCOPE_ and its name (HOOKSCOPE_INSPECTOR_PORT=0), or in hookscope.config.{ts,js,json} (inspectorPort: 0). Options win over the environment, the environment over the file. Code (.ts, .js) is run once you say yes at a terminal; elsewhere --trust-config or HOOKSCOPE_TRUST_CONFIG=1 says so.',
      ],
      exitCodes: listenExitCodes,
    },
  )
