/** The command line of `hookscope samples`. */
import type { HelpText } from '../shared/help.ts'
import { type AddCommand, type GivenOptions, groups } from '../shared/options.ts'
import type { SamplesAction, SamplesCommandOptions } from './samples.ts'

const exitCodes = '0 done · 1 it is not there · 2 the command line is wrong · 3 cannot run here'

const saving = {
  'hookscope samples save 12 large-sale':
    'save delivery 12 as a sample; card data, names and e-mail addresses are replaced',
}

export const addSamples: AddCommand = (program, asked) => {
  const samples = program.command('samples').description('your own samples, saved from deliveries').helpCommand(false)
  samples.says({
    examples: { 'hookscope samples': 'list them', ...saving, 'hookscope trigger large-sale': 'send it' },
    exitCodes,
  })
  const add = (
    name: string,
    description: string,
    examples: HelpText['examples'],
    actionOf: (given: GivenOptions, words: readonly string[]) => SamplesAction,
  ) =>
    samples
      .command(name, { isDefault: name === 'list' })
      .description(description)
      .takesStore()
      .does(
        asked,
        (given, words): SamplesCommandOptions => ({ ...given.common(), action: actionOf(given, words) }),
        async (options, io) => (await import('./samples.ts')).samples(options, io),
      )
      .says({ examples, exitCodes })
  add('list', 'list them; the same as samples alone', { 'hookscope samples': 'list them' }, () => ({
    kind: 'list',
  })).takesJson('one JSON object per line')
  add(
    'show <NAME>',
    'print the JSON of a sample or an event type',
    {
      'hookscope samples show ach.returned --fields':
        'the paths that --set and --unset of hookscope trigger take, with an example of each',
      'hookscope samples show large-sale': 'print its JSON, for your own tests',
    },
    (given, [name = '']) => ({ kind: 'show', name, ...given.flags('fields'), ...given.texts('seed') }),
  )
    .takes(groups.send, {
      '--fields': 'its paths instead, for --set and --unset',
      '--seed <N>': 'of an event type: always the same values',
    })
    .takesJson('with --fields: one JSON object per line')
  add('save <ID> <NAME>', 'save a delivery as a sample, anonymized', saving, (_, [id = '', name = '']) => ({
    kind: 'save',
    id,
    name,
  })).takesJson('print what was saved, as JSON')
  add('remove <NAME...>', 'remove samples', { 'hookscope samples remove large-sale': 'remove one' }, (_, names) => ({
    kind: 'remove',
    names,
  }))
}
