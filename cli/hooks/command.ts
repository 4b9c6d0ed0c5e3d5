/** The command lines of `hookscope hooks`. */
import type { Command } from 'commander'
import {
  authenticationChoices,
  consoleFields,
  hookFields,
  type SignatureChoice,
  signatureChoices,
} from '../../core/hooks/console.ts'
import { addHelp, type HelpText } from '../shared/help.ts'
import {
  type AddCommand,
  type Asked,
  addAction,
  addBasicAuthOptions,
  addKeyOptions,
  addOptions,
  addStoreOptions,
  commonOptionsOf,
  flagsIn,
  groups,
  option,
  secretsOf,
  text,
  textsIn,
  textsOf,
  type Values,
} from '../shared/options.ts'
import { repeated } from '../shared/repeatable.ts'
import type { HooksCommandOptions } from './options.ts'

const examples: Readonly<Record<HooksCommandOptions['action'], HelpText['examples']>> = {
  list: { 'hookscope hooks': 'list them: Hook URL, Events, Authentication, Signature; secrets are masked' },
  add: {
    'hookscope hooks add': "the console's Add Webhook window, field by field",
    'hookscope hooks add --label Shop --events ach.*,transaction.sale.success --authentication none --signature-key-file key.txt':
      'for scripts: every field is required; keys come from HOOKSCOPE_SIGNATURE_KEY, a file, or - for standard input',
  },
  edit: {
    'hookscope hooks edit Shop --events all --signature none': 'change only the named fields',
    'hookscope hooks edit Shop --forward 3001/webhooks': 'forward its deliveries to an app of its own',
  },
  remove: { 'hookscope hooks remove Shop': 'ask, and delete it' },
  restore: { 'hookscope hooks restore 5f0c9e': 'the id is in the line that deleting it printed' },
  mock: {
    'hookscope hooks mock Shop --fail-next 3 --fail-with 503':
      "answer the next three deliveries 503, to watch the gateway's retries",
    'hookscope hooks mock Shop --fail-next 1 --fail-with hang':
      "let one run into the gateway's timeout; --off ends the mock response",
  },
}
const remarks = ['If hookscope is listening on the same database, the change applies from the next delivery on.']
const exitCodes = '0 done · 1 there is no such hook, or canceled · 2 the command line is wrong · 3 cannot run here'

function addFieldOptions(command: Command): void {
  addOptions(command, groups.hook, {
    '--label <TEXT>': consoleFields.label,
    '--url <URL>': `${consoleFields.hookUrl}: own (default) for a path here, or another URL, which only gets simulated events`,
  })
    .addOption(
      repeated(option('--events <TYPES>', `${consoleFields.events}: types, families as ach.*, or all`, groups.hook)),
    )
    .addOption(
      option('--authentication <KIND>', consoleFields.authentication, groups.hook).choices(
        Object.keys(authenticationChoices),
      ),
    )
    .addOption(
      option('--signature <KIND>', consoleFields.signature, groups.hook).choices(Object.keys(signatureChoices)),
    )
    .addOption(
      repeated(
        option(
          '--forward <[EVENTS=]URL>',
          `${hookFields.forward}: this hook’s deliveries alone, in place of the routes of all hooks; none clears; repeatable`,
          groups.hook,
        ),
      ),
    )
  addKeyOptions(command)
  addBasicAuthOptions(command)
}

function addMockResponseOptions(command: Command): void {
  const group = 'Mock response:'
  addOptions(command, group, { '--status <N>': 'status, 200 to 599; default 200' })
  command.addOption(repeated(option('--header <NAME: VALUE>', 'response header; repeatable', group)))
  addOptions(command, group, {
    '--body <TEXT>': 'response body; default: none',
    '--delay <TIME>': 'delay, such as 250ms or 20s, at most two minutes',
    '--fail-next <N>': 'the next N accepted deliveries fail',
    '--fail-every <N>': 'every Nth accepted delivery fails',
    '--fail-with <HOW>': 'how they fail: a status (default 500), or hang for 50 s',
    '--off': 'answer as usual again',
  })
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
    ...commonOptionsOf(values),
    ...flagsIn(values, 'yes'),
    action,
    hook: hook ?? null,
    fields: {
      ...textsIn(values, 'label', 'url'),
      events: textsOf(values, 'events'),
      authentication: authentication === 'none' || authentication === 'basic' ? authentication : null,
      signature: isSignature(signature) ? signature : null,
      forward: textsOf(values, 'forward'),
    },
    mockResponse: {
      ...flagsIn(values, 'off'),
      ...textsIn(values, 'status', 'body', 'delay', 'failNext', 'failEvery', 'failWith'),
      headers: textsOf(values, 'header'),
    },
    verifyAgain: flag(values, 'verifyAgain'),
  }
}

/** Ends a command with what all of them take. */
function finish(command: Command, action: HooksCommandOptions['action'], asked: (what: Asked) => void): void {
  addHelp(command, { examples: examples[action], remarks, exitCodes })
  addStoreOptions(command)
  addOptions(command, groups.other, { '--json': 'one JSON object per line on standard output' })
  addAction(
    command,
    asked,
    (values, [hook]) => optionsOf(action, hook, values),
    async (options, io) => (await import('./hooks.ts')).hooks(options, io),
  )
}

export const addHooks: AddCommand = (program, asked) => {
  const hooks = program
    .command('hooks')
    .description('list, add, edit and delete webhooks as in the console; set mock responses')
    .helpCommand(false)
  const { list: listed, add: added, edit: edited, mock: mocked } = examples
  const firsts = [listed, added, edited, mocked].flatMap(of => Object.entries(of).slice(0, 1))
  addHelp(hooks, { examples: Object.fromEntries(firsts), remarks, exitCodes })
  const which = 'its label or id; default: chosen from a list, or the only one'

  const list = hooks.command('list', { isDefault: true }).description('list them (default)')
  finish(list, 'list', asked)

  const add = hooks.command('add').description('add one: the Add Webhook window')
  addFieldOptions(add)
  finish(add, 'add', asked)

  const edit = hooks.command('edit').description('change one').argument('[HOOK]', which)
  addFieldOptions(edit)
  addOptions(edit, groups.check, {
    '--verify-again': 'check its stored deliveries again, with the key in force',
    '--no-verify-again': 'do not',
  })
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
