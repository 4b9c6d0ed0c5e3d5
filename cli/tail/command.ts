/** The command line of `hookscope tail`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import { addLookOptions, lookOptionsOf } from '../shared/looking.ts'
import { type AddCommand, groups, option, text } from '../shared/options.ts'
import type { TailOptions } from './tail.ts'

export const addTail: AddCommand = (program, asked) => {
  const tail = program
    .command('tail')
    .description('deliveries as they come, until Ctrl-C')
    .argument('[QUERY...]', 'which of them; default: all')
    .addOption(
      option(
        '--since <ID>',
        'first what was received after this delivery, since a time or since the start',
        groups.look,
      ),
    )
  addLookOptions(tail, 'one JSON object a delivery, and one an attempt')
  addHelp(tail, {
    examples: [
      ['hookscope tail', 'what comes, and what your app answers'],
      ['hookscope tail is:rejected --since start', 'every rejected one since hookscope was started'],
    ],
    exitCodes: '0 ended as asked · 2 the command line is wrong · 3 no hookscope is listening, or it has ended',
  })
  tail.action((words: string[], _: unknown, command: Command) => {
    const values = command.optsWithGlobals()
    const options: TailOptions = { ...lookOptionsOf(values), words, since: text(values, 'since') ?? null }
    asked({ command: 'tail', options, run: async io => (await import('./tail.ts')).tail(options, io) })
  })
}
