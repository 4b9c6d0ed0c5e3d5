/** The command line of `hookscope samples`. */
import type { Command } from 'commander'
import type { SamplesAction, SamplesOptions } from '../commands/samples.ts'
import { type AddCommand, type Asked, addStoreOptions, groups, option, settingsOf, text } from './shared.ts'

const samplesHelp = `
Examples:
  hookscope samples show ach.returned --fields
      the paths that --set and --unset take, with an example of each
  hookscope samples save 12 large-sale
      make delivery 12 a sample: card data, names and mails are replaced first
  hookscope trigger large-sale --to http://localhost:3000/webhooks
      send it
  hookscope samples show large-sale
      print its JSON, for your own tests

Exit codes: 0 done · 1 it is not there · 2 the command line is wrong · 3 cannot run here
`

export const addSamples: AddCommand = (program, asked) => {
  const ask = (action: SamplesAction, command: Command) => asked(askedOf(action, command))
  const samples = program
    .command('samples')
    .description('samples of your own, made of deliveries')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .addHelpText('after', samplesHelp)
  const add = (name: string, description: string, isDefault = false) => {
    const command = samples.command(name, { isDefault }).description(description).helpOption('-h, --help', 'this help')
    addStoreOptions(command)
    return command
  }
  add('list', 'list them; the same as samples alone', true)
    .addOption(option('--json', 'one JSON object a line', groups.other))
    .action((_: unknown, command: Command) => ask({ kind: 'list' }, command))
  add('show <NAME>', 'print the JSON of one, or of an event type')
    .addOption(option('--fields', 'its paths instead, for --set and --unset', groups.send))
    .addOption(option('--seed <N>', 'of an event type: always the same one', groups.send))
    .addOption(option('--json', 'with --fields: one JSON object a line', groups.other))
    .action((name: string, _: unknown, command: Command) => {
      const values = command.opts()
      ask({ kind: 'show', name, fields: values['fields'] === true, seed: text(values, 'seed') ?? null }, command)
    })
  add('save <ID> <NAME>', 'make a delivery a sample, scrubbed of what is private')
    .addOption(option('--json', 'what was saved, as JSON', groups.other))
    .action((id: string, name: string, _: unknown, command: Command) => ask({ kind: 'save', id, name }, command))
  add('remove <NAME...>', 'remove samples').action((names: string[], _: unknown, command: Command) =>
    ask({ kind: 'remove', names }, command),
  )
}

function askedOf(action: SamplesAction, command: Command): Asked {
  const values = command.optsWithGlobals()
  const options: SamplesOptions = {
    settings: settingsOf({ db: values['db'] }),
    config: text(values, 'config') ?? null,
    json: values['json'] === true,
    action,
  }
  return {
    command: 'samples',
    options,
    run: async io => (await import('../commands/samples.ts')).samples(options, io),
  }
}
