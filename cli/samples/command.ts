/** The command line of `hookscope samples`. */
import type { Command } from 'commander'
import { addHelp, type HelpText } from '../shared/help.ts'
import {
  type AddCommand,
  type Asked,
  addStoreOptions,
  configOf,
  groups,
  option,
  settingsOf,
  text,
} from '../shared/options.ts'
import type { SamplesAction, SamplesCommandOptions } from './samples.ts'

const exitCodes = '0 done · 1 it is not there · 2 the command line is wrong · 3 cannot run here'

export const addSamples: AddCommand = (program, asked) => {
  const ask = (action: SamplesAction, command: Command) => asked(askedOf(action, command))
  const samples = program.command('samples').description('your own samples, saved from deliveries').helpCommand(false)
  addHelp(samples, {
    examples: [
      ['hookscope samples', 'list them'],
      [
        'hookscope samples save 12 large-sale',
        'save delivery 12 as a sample; card data, names and e-mail addresses are replaced',
      ],
      ['hookscope trigger large-sale', 'send it'],
    ],
    exitCodes,
  })
  const add = (name: string, description: string, examples: HelpText['examples'], isDefault = false) => {
    const command = samples.command(name, { isDefault }).description(description)
    addStoreOptions(command)
    return addHelp(command, { examples, exitCodes })
  }
  add('list', 'list them; the same as samples alone', [['hookscope samples', 'list them']], true)
    .addOption(option('--json', 'one JSON object per line', groups.other))
    .action((_: unknown, command: Command) => ask({ kind: 'list' }, command))
  add('show <NAME>', 'print the JSON of a sample or an event type', [
    [
      'hookscope samples show ach.returned --fields',
      'the paths that --set and --unset of hookscope trigger take, with an example of each',
    ],
    ['hookscope samples show large-sale', 'print its JSON, for your own tests'],
  ])
    .addOption(option('--fields', 'its paths instead, for --set and --unset', groups.send))
    .addOption(option('--seed <N>', 'of an event type: always the same values', groups.send))
    .addOption(option('--json', 'with --fields: one JSON object per line', groups.other))
    .action((name: string, _: unknown, command: Command) => {
      const values = command.opts()
      ask({ kind: 'show', name, fields: values['fields'] === true, seed: text(values, 'seed') ?? null }, command)
    })
  add('save <ID> <NAME>', 'save a delivery as a sample, anonymized', [
    [
      'hookscope samples save 12 large-sale',
      'save delivery 12 as a sample; card data, names and e-mail addresses are replaced',
    ],
  ])
    .addOption(option('--json', 'print what was saved, as JSON', groups.other))
    .action((id: string, name: string, _: unknown, command: Command) => ask({ kind: 'save', id, name }, command))
  add('remove <NAME...>', 'remove samples', [['hookscope samples remove large-sale', 'remove one']]).action(
    (names: string[], _: unknown, command: Command) => ask({ kind: 'remove', names }, command),
  )
}

function askedOf(action: SamplesAction, command: Command): Asked {
  const values = command.optsWithGlobals()
  const options: SamplesCommandOptions = {
    settings: settingsOf({ db: values['db'] }),
    config: configOf(values),
    json: values['json'] === true,
    action,
  }
  return {
    command: 'samples',
    options,
    run: async io => (await import('./samples.ts')).samples(options, io),
  }
}
