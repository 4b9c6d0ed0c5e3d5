/** The command line of `hookscope tail`. */
import { type AddCommand, groups } from '../shared/options.ts'
import type { TailOptions } from './tail.ts'

export const addTail: AddCommand = (program, asked) =>
  program
    .command('tail')
    .description('deliveries as they come, until Ctrl-C')
    .argument('[QUERY...]', 'which of them; default: all')
    .takes(groups.look, {
      '--since <ID>': 'first what was received after this delivery, since a time or since the start',
    })
    .takesJson('one JSON object a delivery, and one an attempt')
    .takesStore()
    .says({
      examples: {
        'hookscope tail': 'what comes, and what your app answers',
        'hookscope tail is:rejected --since start': 'every rejected one since hookscope was started',
      },
      exitCodes: '0 ended as asked · 2 the command line is wrong · 3 no hookscope is listening, or it has ended',
    })
    .does(
      asked,
      (given, words): TailOptions => ({ ...given.common(), ...given.texts('since'), words }),
      async (options, io) => (await import('./tail.ts')).tail(options, io),
    )
