/** The command line of `hookscope samples`. */
import { addHelp, type HelpText } from '../shared/help.ts'
import {
  type AddCommand,
  addAction,
  addStoreOptions,
  commonOptionsOf,
  flagsIn,
  groups,
  option,
  textsIn,
  type Values,
} from '../shared/options.ts'
import type { SamplesAction, SamplesCommandOptions } from './samples.ts'

const exitCodes = '0 done · 1 it is not there · 2 the command line is wrong · 3 cannot run here'

const saving = {
  'hookscope samples save 12 large-sale':
    'save delivery 12 as a sample; card data, names and e-mail addresses are replaced',
}

export const addSamples: AddCommand = (program, asked) => {
  const samples = program.command('samples').description('your own samples, saved from deliveries').helpCommand(false)
  addHelp(samples, {
    examples: { 'hookscope samples': 'list them', ...saving, 'hookscope trigger large-sale': 'send it' },
    exitCodes,
  })
  const add = (
    name: string,
    description: string,
    examples: HelpText['examples'],
    actionOf: (values: Values, words: readonly string[]) => SamplesAction,
  ) => {
    const command = samples.command(name, { isDefault: name === 'list' }).description(description)
    addStoreOptions(command)
    addAction(
      command,
      asked,
      (values, words): SamplesCommandOptions => ({ ...commonOptionsOf(values), action: actionOf(values, words) }),
      async (options, io) => (await import('./samples.ts')).samples(options, io),
    )
    return addHelp(command, { examples, exitCodes })
  }
  add('list', 'list them; the same as samples alone', { 'hookscope samples': 'list them' }, () => ({
    kind: 'list',
  })).addOption(option('--json', 'one JSON object per line', groups.other))
  add(
    'show <NAME>',
    'print the JSON of a sample or an event type',
    {
      'hookscope samples show ach.returned --fields':
        'the paths that --set and --unset of hookscope trigger take, with an example of each',
      'hookscope samples show large-sale': 'print its JSON, for your own tests',
    },
    (values, [name = '']) => ({ kind: 'show', name, ...flagsIn(values, 'fields'), ...textsIn(values, 'seed') }),
  )
    .addOption(option('--fields', 'its paths instead, for --set and --unset', groups.send))
    .addOption(option('--seed <N>', 'of an event type: always the same values', groups.send))
    .addOption(option('--json', 'with --fields: one JSON object per line', groups.other))
  add('save <ID> <NAME>', 'save a delivery as a sample, anonymized', saving, (_, [id = '', name = '']) => ({
    kind: 'save',
    id,
    name,
  })).addOption(option('--json', 'print what was saved, as JSON', groups.other))
  add('remove <NAME...>', 'remove samples', { 'hookscope samples remove large-sale': 'remove one' }, (_, names) => ({
    kind: 'remove',
    names,
  }))
}
