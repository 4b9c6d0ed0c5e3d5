/** The command lines of `hookscope hooks`. */
import type { Command, Option } from 'commander'
import { authenticationChoices, consoleFields, type SignatureChoice, signatureChoices } from '../../core/console.ts'
import type { HooksOptions } from '../console-window/options.ts'
import { repeated } from '../repeatable.ts'
import {
  type AddCommand,
  type Asked,
  addBasicAuthOptions,
  addKeyOptions,
  addStoreOptions,
  groups,
  option,
  secretsOf,
  settingsOf,
  text,
  textsOf,
  type Values,
} from './shared.ts'

const examples = `
Examples:
  hookscope hooks
      list them: Hook URL, Events, Authentication, Signature; secrets are never shown
  hookscope hooks add
      the console's Add Webhook window, field by field
  hookscope hooks add --label Shop --events ach.*,transaction.sale.success --authentication none --signature-key-file key.txt
      for scripts: every field is required; keys come from HOOKSCOPE_SIGNATURE_KEY, a file, or - for standard input
  hookscope hooks edit Shop --events all --signature none
      change what is named, leave the rest
  hookscope hooks rehearse Shop --fail-next 3 --fail-with 503
      answer the next three deliveries 503, to watch the gateway's retries
  hookscope hooks rehearse Shop --fail-next 1 --fail-with hang
      let one run into the gateway's time-out; --off ends the rehearsal

Where hookscope is listening on the same database, it goes through it and counts from the next delivery on.

Exit codes: 0 done · 1 there is no such hook, or it was given up · 2 the command line is wrong · 3 cannot run here
`

function addFieldOptions(command: Command): void {
  const add = (made: Option) => command.addOption(made)
  add(option('--label <TEXT>', consoleFields.label, groups.hook))
  add(
    option(
      '--url <URL>',
      `${consoleFields.hookUrl}: own (default), a path of its own here, or any other, where only the simulator sends`,
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

function addRehearsalOptions(command: Command): void {
  const add = (made: Option) => command.addOption(made.helpGroup('What is answered on trial:'))
  add(option('--status <N>', 'the status, 200 to 599; default 200', groups.other))
  add(repeated(option('--header <NAME: VALUE>', 'a header of the answer; repeatable', groups.other)))
  add(option('--body <TEXT>', 'the body of the answer; default: none', groups.other))
  add(option('--delay <TIME>', 'held back so long, as 250ms or 20s, at most two minutes', groups.other))
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

function optionsOf(action: HooksOptions['action'], hook: string | undefined, values: Values): HooksOptions {
  const authentication = text(values, 'authentication')
  const signature = text(values, 'signature')
  return {
    ...secretsOf(values),
    settings: settingsOf({ db: values['db'] }),
    config: text(values, 'config') ?? null,
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
function finish(command: Command, action: HooksOptions['action'], asked: (what: Asked) => void): void {
  addStoreOptions(command)
    .addOption(option('--json', 'one JSON object a line on standard output', groups.other))
    .helpOption('-h, --help', 'this help')
    .action(() => {
      const [hook] = command.args
      const options = optionsOf(action, hook, command.optsWithGlobals())
      asked({
        command: 'hooks',
        options,
        run: async io => (await import('../commands/hooks.ts')).hooks(options, io),
      })
    })
}

export const addHooks: AddCommand = (program, asked) => {
  const hooks = program
    .command('hooks')
    .description('list, add, edit and delete webhooks as in the console; rehearse answers')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .addHelpText('after', examples)
  const which = 'its label or id; default: chosen from a list, or the only one'

  const list = hooks.command('list', { isDefault: true }).description('list them (default)')
  finish(list, 'list', asked)

  const add = hooks.command('add').description('add one: the Add Webhook window')
  addFieldOptions(add)
  finish(add, 'add', asked)

  const edit = hooks.command('edit').description('change one').argument('[HOOK]', which)
  addFieldOptions(edit)
  edit
    .addOption(option('--verify-again', 'check its stored deliveries again when a secret changed', groups.check))
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
    .description('bring a deleted one back, with its path and its secrets')
    .argument('<ID>', 'its id')
  finish(restore, 'restore', asked)

  const rehearse = hooks
    .command('rehearse')
    .description('answer its deliveries on trial; without options: what is answered now')
    .argument('[HOOK]', which)
  addRehearsalOptions(rehearse)
  finish(rehearse, 'rehearse', asked)
}
