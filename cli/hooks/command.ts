/** The command lines of `hookscope hooks`. */
import type { Command, Option } from 'commander'
import {
  authenticationChoices,
  consoleFields,
  type SignatureChoice,
  signatureChoices,
} from '../../core/hooks/console.ts'
import { addHelp, type HelpText } from '../shared/help.ts'
import {
  type AddCommand,
  type Asked,
  addBasicAuthOptions,
  addKeyOptions,
  addStoreOptions,
  configOf,
  groups,
  option,
  secretsOf,
  settingsOf,
  text,
  textsOf,
  type Values,
} from '../shared/options.ts'
import { repeated } from '../shared/repeatable.ts'
import type { HooksCommandOptions } from './options.ts'

const examples: Readonly<Record<HooksCommandOptions['action'], HelpText['examples']>> = {
  list: [['hookscope hooks', 'list them: Hook URL, Events, Authentication, Signature; secrets are masked']],
  add: [
    ['hookscope hooks add', "the console's Add Webhook window, field by field"],
    [
      'hookscope hooks add --label Shop --events ach.*,transaction.sale.success --authentication none --signature-key-file key.txt',
      'for scripts: every field is required; keys come from HOOKSCOPE_SIGNATURE_KEY, a file, or - for standard input',
    ],
  ],
  edit: [['hookscope hooks edit Shop --events all --signature none', 'change only the named fields']],
  remove: [['hookscope hooks remove Shop', 'ask, and delete it']],
  restore: [['hookscope hooks restore 5f0c9e', 'the id is in the line that deleting it printed']],
  mock: [
    [
      'hookscope hooks mock Shop --fail-next 3 --fail-with 503',
      "answer the next three deliveries 503, to watch the gateway's retries",
    ],
    [
      'hookscope hooks mock Shop --fail-next 1 --fail-with hang',
      "let one run into the gateway's timeout; --off ends the mock response",
    ],
  ],
}
const remarks = ['If hookscope is listening on the same database, the change applies from the next delivery on.']
const exitCodes = '0 done · 1 there is no such hook, or canceled · 2 the command line is wrong · 3 cannot run here'

function addFieldOptions(command: Command): void {
  const add = (made: Option) => command.addOption(made)
  add(option('--label <TEXT>', consoleFields.label, groups.hook))
  add(
    option(
      '--url <URL>',
      `${consoleFields.hookUrl}: own (default) for a path here, or another URL, which only gets simulated events`,
      groups.hook,
    ),
  )
  add(repeated(option('--events <TYPES>', `${consoleFields.events}: types, families as ach.*, or all`, groups.hook)))
  add(
    option('--authentication <KIND>', consoleFields.authentication, groups.hook).choices(
      Object.keys(authenticationChoices),
    ),
  )
  add(option('--signature <KIND>', consoleFields.signature, groups.hook).choices(Object.keys(signatureChoices)))
  addKeyOptions(command)
  addBasicAuthOptions(command)
}

function addMockResponseOptions(command: Command): void {
  const add = (made: Option) => command.addOption(made.helpGroup('Mock response:'))
  add(option('--status <N>', 'status, 200 to 599; default 200', groups.other))
  add(repeated(option('--header <NAME: VALUE>', 'response header; repeatable', groups.other)))
  add(option('--body <TEXT>', 'response body; default: none', groups.other))
  add(option('--delay <TIME>', 'delay, such as 250ms or 20s, at most two minutes', groups.other))
  add(option('--fail-next <N>', 'the next N accepted deliveries fail', groups.other))
  add(option('--fail-every <N>', 'every Nth accepted delivery fails', groups.other))
  add(option('--fail-with <HOW>', 'how they fail: a status (default 500), or hang for 50 s', groups.other))
  add(option('--off', 'answer as usual again', groups.other))
}

const flag = (values: Values, name: string): boolean | null => {
  const value = values[name]
  return typeof value === 'boolean' ? value : null
}
const isSignature = (value: string | undefined): value is SignatureChoice =>
  value !== undefined && value in signatureChoices

function optionsOf(
  action: HooksCommandOptions['action'],
  hook: string | undefined,
  values: Values,
): HooksCommandOptions {
  const authentication = text(values, 'authentication')
  const signature = text(values, 'signature')
  return {
    ...secretsOf(values),
    settings: settingsOf({ db: values['db'] }),
    config: configOf(values),
    json: values['json'] === true,
    action,
    hook: hook ?? null,
    fields: {
      label: text(values, 'label') ?? null,
      url: text(values, 'url') ?? null,
      events: textsOf(values, 'events'),
      authentication: authentication === 'none' || authentication === 'basic' ? authentication : null,
      signature: isSignature(signature) ? signature : null,
    },
    rehearsal: {
      off: values['off'] === true,
      status: text(values, 'status') ?? null,
      headers: textsOf(values, 'header'),
      body: text(values, 'body') ?? null,
      delay: text(values, 'delay') ?? null,
      failNext: text(values, 'failNext') ?? null,
      failEvery: text(values, 'failEvery') ?? null,
      failWith: text(values, 'failWith') ?? null,
    },
    yes: values['yes'] === true,
    verifyAgain: flag(values, 'verifyAgain'),
  }
}

/** Ends a command with what all of them take. */
function finish(command: Command, action: HooksCommandOptions['action'], asked: (what: Asked) => void): void {
  addHelp(command, { examples: examples[action], remarks, exitCodes })
  addStoreOptions(command)
    .addOption(option('--json', 'one JSON object per line on standard output', groups.other))
    .action(() => {
      const [hook] = command.args
      const options = optionsOf(action, hook, command.optsWithGlobals())
      asked({
        command: 'hooks',
        options,
        run: async io => (await import('./hooks.ts')).hooks(options, io),
      })
    })
}

export const addHooks: AddCommand = (program, asked) => {
  const hooks = program
    .command('hooks')
    .description('list, add, edit and delete webhooks as in the console; set mock responses')
    .helpCommand(false)
  const { list: listed, add: added, edit: edited, mock: mocked } = examples
  addHelp(hooks, { examples: [listed, added, edited, mocked].flatMap(of => of.slice(0, 1)), remarks, exitCodes })
  const which = 'its label or id; default: chosen from a list, or the only one'

  const list = hooks.command('list', { isDefault: true }).description('list them (default)')
  finish(list, 'list', asked)

  const add = hooks.command('add').description('add one: the Add Webhook window')
  addFieldOptions(add)
  finish(add, 'add', asked)

  const edit = hooks.command('edit').description('change one').argument('[HOOK]', which)
  addFieldOptions(edit)
  edit
    .addOption(option('--verify-again', 'check its stored deliveries again, with the key in force', groups.check))
    .addOption(option('--no-verify-again', 'do not', groups.check))
  finish(edit, 'edit', asked)

  const remove = hooks
    .command('remove')
    .description('delete one; its deliveries stay')
    .argument('[HOOK]', 'its label or id; default: chosen from a list')
    .addOption(option('-y, --yes', 'do not ask before it is deleted', groups.other))
  finish(remove, 'remove', asked)

  const restore = hooks
    .command('restore')
    .description('restore a deleted one, with its path and its secrets')
    .argument('<ID>', 'its id')
  finish(restore, 'restore', asked)

  const mock = hooks
    .command('mock')
    .description('set a mock response for its deliveries; without options: show the current one')
    .argument('[HOOK]', which)
  addMockResponseOptions(mock)
  finish(mock, 'mock', asked)
}
