/** The command line: every command and option, with the help that goes with it. */
import { Command, Option } from 'commander'
import { clip, printable } from '../core/text.ts'
import type { ListenOptions } from './commands/listen.ts'
import type { ReplayOptions } from './commands/replay.ts'
import type { TextOptions } from './config.ts'
import { exitCodes, UserError } from './errors.ts'
import { defaultPorts, type TextField, textFields } from './settings.ts'
import { version } from './version.ts'

/** What is asked for: parsed, and not yet run. */
export type Asked =
  | { readonly command: 'listen'; readonly options: ListenOptions }
  | { readonly command: 'replay'; readonly options: ReplayOptions }

/** Of an option that must have a value, the next option is none: it was forgotten. */
function option(flags: string, description: string, group: string): Option {
  const made = new Option(flags, description).helpGroup(group)
  if (!made.required) return made
  return made.argParser((value: string) => {
    if (!value.startsWith('--')) return value
    throw new UserError(
      `${made.long} has no value: ${clip(printable(value), 60)} follows, which is an option.`,
      `Write ${flags.replace(/^-\w, /, '')}. See hookscope --help`,
      { exitCode: exitCodes.usage },
    )
  })
}

const groups = {
  arrive: 'How deliveries arrive:',
  check: 'What they are checked with:',
  sendOn: 'Where they go:',
  keep: 'Where they are kept and shown:',
  replay: 'What is sent, and where:',
  other: 'Everything else:',
} as const

function addKeyOptions(command: Command): void {
  const key = (flags: string, description: string) => command.addOption(option(flags, description, groups.check))
  key('--signature-key [KEY]', 'the Signature Key of the console; asked for when no value is given')
  key('--signature-key-file <PATH>', 'read it from a file')
  key('--source-key [KEY]', 'the Source Key (API key) of the console, when that is what signs')
  key('--source-key-file <PATH>', 'read it from a file')
}

function addStoreOptions(command: Command): Command {
  return command
    .addOption(option('--db <PATH>', "the database file; default: in this user's data folder", groups.keep))
    .addOption(
      option('--config <PATH>', 'the config file; default: hookscope.config.{ts,js,json} in this folder', groups.other),
    )
}

function addListenOptions(command: Command): Command {
  const add = (group: string, flags: string, description: string) =>
    command.addOption(option(flags, description, group))
  add(
    groups.arrive,
    '--port <PORT>',
    `port of the receiver, 0 for a free one; default: ${defaultPorts.receiver}, or a free one when that is in use`,
  )
  command.addOption(
    option('--tunnel <NAME>', 'localtunnel (default), cloudflared (when it is on the PATH) or none', groups.arrive),
  )
  add(groups.arrive, '--tunnel-host <URL>', 'another localtunnel server than the public one')
  add(
    groups.arrive,
    '--subdomain <NAME>',
    'the name to ask localtunnel for; the one you get is kept for the next start',
  )
  add(groups.arrive, '--public-url <URL>', 'your own public URL that leads to the receiver, instead of a tunnel')
  add(groups.arrive, '--label <TEXT>', 'the Webhook Label of the console')
  addKeyOptions(command)
  add(
    groups.check,
    '--basic-auth [USER:PASSWORD]',
    'user name and password of Basic authentication; asked for when no value is given',
  )
  add(groups.check, '--basic-auth-file <PATH>', 'read them from a file, as user:password')
  add(groups.check, '--observe', 'answer rejected deliveries 200 as well, and forward them too')
  add(groups.sendOn, '--forward <URL>', 'send each delivery on to your app')
  add(
    groups.sendOn,
    '--answer <WHO>',
    "who answers the gateway: hookscope at once (default), or app: your app's status and body",
  )
  addStoreOptions(command)
  add(
    groups.keep,
    '--inspector-port <PORT>',
    `port of the inspector; default: ${defaultPorts.inspector}, or a free one when that is in use`,
  )
  add(groups.keep, '--open', 'open the inspector in the browser; default: only the first time, from a terminal')
  add(groups.keep, '--no-open', 'do not')
  add(groups.other, '--json', 'one JSON object a line on standard output: ready, delivery, attempt, tunnel')
  return command.helpOption('-h, --help', 'this help')
}

const listenHelp = `
Examples:
  hookscope --forward http://localhost:3000/webhooks --signature-key
      ask for the key, check every delivery, and send each one on to your app
  hookscope --tunnel none --port 0 --json
      for scripts: no tunnel, any port, one JSON object a line
  hookscope --forward http://localhost:3000/webhooks --answer app
      let your app's answer go back, to see the gateway's retries for real
  hookscope replay type:transaction.sale.* is:rejected --to http://localhost:3000/webhooks
      send again what was kept

Keys and passwords are best given by prompt, file, the inspector, or the environment:
  HOOKSCOPE_SIGNATURE_KEY, HOOKSCOPE_SOURCE_KEY, HOOKSCOPE_BASIC_AUTH (user:password), each also with
  _FILE at its end and the path of a file
HOOKSCOPE_TOKEN fixes the token of the inspector and its API. Each option that takes a value can also be
set as HOOKSCOPE_ and its name (HOOKSCOPE_INSPECTOR_PORT=0), or in hookscope.config.{ts,js,json}
(inspectorPort: 0). Options win over the environment, the environment over the file.

Exit codes: 0 ended as asked · 1 failed · 2 the command line is wrong · 3 cannot run here
`

const replayHelp = `
A query is what the inspector's search takes: type:ach.* is:rejected status:5xx key:8nf0 amount:>100

Examples:
  hookscope replay 12 --to http://localhost:3000/webhooks
      send delivery 12 again, exactly as it came
  hookscope replay 12 --edit --resign
      change its body in your editor first, and sign what is sent
  hookscope replay type:ach.* on:today --order triggered --rate 2 --yes
      all of them in the order they were triggered, two a second, without asking

Where hookscope is listening on the same database, the replay goes through it and shows in its inspector.

Exit codes: 0 every target answered 2xx · 1 one did not · 2 the command line is wrong · 3 cannot run here
`

/** The parsed values, as commander names them. */
type Values = Readonly<Record<string, unknown>>

const text = (values: Values, name: string) => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

const secretValue = (values: Values, name: string): string | true | undefined =>
  values[name] === true ? true : text(values, name)

const secretsOf = (values: Values) => ({
  signatureKey: secretValue(values, 'signatureKey'),
  sourceKey: secretValue(values, 'sourceKey'),
  basicAuth: secretValue(values, 'basicAuth'),
  signatureKeyFile: text(values, 'signatureKeyFile'),
  sourceKeyFile: text(values, 'sourceKeyFile'),
  basicAuthFile: text(values, 'basicAuthFile'),
})

function settingsOf(values: Values): TextOptions {
  const settings: Partial<Record<TextField, string | boolean>> = {}
  for (const field of Object.keys(textFields)) {
    const value = values[field]
    if (field in textFields && (typeof value === 'string' || typeof value === 'boolean')) {
      Object.assign(settings, { [field]: value })
    }
  }
  return settings
}

/**
 * The program, ready to parse.
 * @param asked called with the command that was asked for
 */
export function buildProgram(asked: (what: Asked) => void): Command {
  const listenAction = (_: unknown, command: Command) => {
    const values = command.optsWithGlobals()
    asked({
      command: 'listen',
      options: {
        ...secretsOf(values),
        settings: settingsOf(values),
        config: text(values, 'config') ?? null,
        json: values['json'] === true,
      },
    })
  }
  const program = new Command('hookscope')
    .description(
      "Receives, checks, keeps, shows, forwards and replays the payment gateway's webhooks on your own machine.",
    )
    .usage('[listen] [options]')
    .version(version, '-V, --version', 'the version')
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .helpCommand('help [command]', 'help for a command')
    .addHelpText('after', listenHelp)
    .action(listenAction)
  addListenOptions(program)

  const listen = program
    .command('listen')
    .description('receive deliveries; the same as hookscope alone')
    .addHelpText('after', listenHelp)
    .action(listenAction)
  addListenOptions(listen)

  const replay = program
    .command('replay')
    .description('send deliveries that were kept again')
    .argument('<ID|QUERY...>', 'one or more ids, or what to search for')
    .addOption(option('--to <URL>', 'where to send them; default: where deliveries are forwarded', groups.replay))
    .addOption(option('--edit', 'change the body in $VISUAL or $EDITOR first; one delivery only', groups.replay))
    .addOption(option('--resign', "sign what is sent with the hook's key", groups.replay))
    .addOption(option('--rate <N>', 'at most so many a second; default: one after the other', groups.replay))
    .addOption(
      option('--order <ORDER>', 'triggered (default) or received', groups.replay).choices(['triggered', 'received']),
    )
    .addOption(option('-y, --yes', 'do not ask before several are sent', groups.replay))
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', replayHelp)
  addKeyOptions(replay)
  addStoreOptions(replay)
  replay
    .addOption(option('--json', 'one JSON object an attempt on standard output', groups.other))
    .action((words: string[], _: unknown, command: Command) => {
      const values = command.optsWithGlobals()
      asked({
        command: 'replay',
        options: {
          ...secretsOf(values),
          settings: settingsOf({ db: values['db'] }),
          config: text(values, 'config') ?? null,
          json: values['json'] === true,
          words,
          to: text(values, 'to') ?? null,
          edit: values['edit'] === true,
          resign: values['resign'] === true,
          rate: text(values, 'rate') ?? null,
          order: values['order'] === 'received' ? 'received' : 'triggered',
          yes: values['yes'] === true,
        },
      })
    })
  return program
}
