/** The command line of `hookscope tail`. */
import { addHelp } from '../shared/help.ts'
import {
  type AddCommand,
  addAction,
  addCommonOptions,
  addOptions,
  commonOptionsOf,
  groups,
  textsIn,
} from '../shared/options.ts'
import type { TailOptions } from './tail.ts'

export const addTail: AddCommand = (program, asked) => {
  const tail = program
    .command('tail')
    .description('deliveries as they come, until Ctrl-C')
    .argument('[QUERY...]', 'which of them; default: all')
  addOptions(tail, groups.look, {
    '--since <ID>': 'first what was received after this delivery, since a time or since the start',
  })
  addCommonOptions(tail, 'one JSON object a delivery, and one an attempt')
  addHelp(tail, {
    examples: {
      'hookscope tail': 'what comes, and what your app answers',
      'hookscope tail is:rejected --since start': 'every rejected one since hookscope was started',
    },
    exitCodes: '0 ended as asked · 2 the command line is wrong · 3 no hookscope is listening, or it has ended',
  })
  addAction(
    tail,
    asked,
    (values, words): TailOptions => ({ ...commonOptionsOf(values), ...textsIn(values, 'since'), words }),
    async (options, io) => (await import('./tail.ts')).tail(options, io),
  )
}
