/** The command lines of `hookscope hooks`. */
import { authenticationChoices, consoleFields, hookFields, signatureChoices } from '../../core/hooks/console.ts'
import type { HelpText } from '../shared/help.ts'
import { type AddCommand, type Asked, type CommandLine, type GivenOptions, groups } from '../shared/options.ts'
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

const takesFields = (command: CommandLine): CommandLine =>
  command
    .takes(groups.hook, {
      '--label <TEXT>': consoleFields.label,
      '--url <URL>': `${consoleFields.hookUrl}: own (default) for a path here, or another URL, which only gets simulated events`,
    })
    .takesSeveral(groups.hook, '--events <TYPES>', `${consoleFields.events}: types, families as ach.*, or all`)
    .takesOneOf(groups.hook, '--authentication <KIND>', consoleFields.authentication, keysOf(authenticationChoices))
    .takesOneOf(groups.hook, '--signature <KIND>', consoleFields.signature, keysOf(signatureChoices))
    .takesSeveral(
      groups.hook,
      '--forward <[EVENTS=]URL>',
      `${hookFields.forward}: this hook’s deliveries alone, in place of the routes of all hooks; none clears; repeatable`,
    )
    .takesKeys()
    .takesBasicAuth()

const mocking = 'Mock response:'
const takesMockResponse = (command: CommandLine): CommandLine =>
  command
    .takes(mocking, { '--status <N>': 'status, 200 to 599; default 200' })
    .takesSeveral(mocking, '--header <NAME: VALUE>', 'response header; repeatable')
    .takes(mocking, {
      '--body <TEXT>': 'response body; default: none',
      '--delay <TIME>': 'delay, such as 250ms or 20s, at most two minutes',
      '--fail-next <N>': 'the next N accepted deliveries fail',
      '--fail-every <N>': 'every Nth accepted delivery fails',
      '--fail-with <HOW>': 'how they fail: a status (default 500), or hang for 50 s',
      '--off': 'answer as usual again',
    })

function optionsOf(
  action: HooksCommandOptions['action'],
  hook: string | undefined,
  given: GivenOptions,
): HooksCommandOptions {
  const { verifyAgain } = given.values
  return {
    ...given.secrets(),
    ...given.common(),
    ...given.flags('yes'),
    action,
    hook: hook ?? null,
    fields: {
      ...given.texts('label', 'url'),
      events: given.several('events'),
      authentication: given.oneOf('authentication', keysOf(authenticationChoices)),
      signature: given.oneOf('signature', keysOf(signatureChoices)),
      forward: given.several('forward'),
    },
    mockResponse: {
      ...given.flags('off'),
      ...given.texts('status', 'body', 'delay', 'failNext', 'failEvery', 'failWith'),
      headers: given.several('header'),
    },
    verifyAgain: typeof verifyAgain === 'boolean' ? verifyAgain : null,
  }
}

const keysOf = <Name extends string>(choices: Readonly<Record<Name, unknown>>) => Object.keys(choices) as Name[]

/** Ends a command with what all of them take. */
function finish(command: CommandLine, action: HooksCommandOptions['action'], asked: (what: Asked) => void): void {
  command
    .says({ examples: examples[action], remarks, exitCodes })
    .takesStore()
    .takesJson('one JSON object per line on standard output')
    .does(
      asked,
      (given, [hook]) => optionsOf(action, hook, given),
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
  hooks.says({ examples: Object.fromEntries(firsts), remarks, exitCodes })
  const which = 'its label or id; default: chosen from a list, or the only one'

  finish(hooks.command('list', { isDefault: true }).description('list them (default)'), 'list', asked)
  finish(takesFields(hooks.command('add').description('add one: the Add Webhook window')), 'add', asked)

  const edit = takesFields(hooks.command('edit').description('change one').argument('[HOOK]', which)).takes(
    groups.check,
    {
      '--verify-again': 'check its stored deliveries again, with the key in force',
      '--no-verify-again': 'do not',
    },
  )
  finish(edit, 'edit', asked)

  const remove = hooks
    .command('remove')
    .description('delete one; its deliveries stay')
    .argument('[HOOK]', 'its label or id; default: chosen from a list')
    .takes(groups.other, { '-y, --yes': 'do not ask before it is deleted' })
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
  finish(takesMockResponse(mock), 'mock', asked)
}
