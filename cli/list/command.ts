/** The command line of `hookscope list`. */
import { type AddCommand, groups, queryRemarks } from '../shared/options.ts'
import type { ListOptions } from './list.ts'

export const addList: AddCommand = (program, asked) =>
  program
    .command('list')
    .description('deliveries that were kept, the newest first')
    .argument('[QUERY...]', 'what to search for; default: everything')
    .takes(groups.look, { '--limit <N>': 'at most so many; default: 20' })
    .takesJson('one JSON object a delivery on standard output')
    .takesStore()
    .says({
      examples: {
        'hookscope list': 'the newest twenty',
        'hookscope list is:rejected after:today': 'what was rejected today',
        'hookscope list status:5xx,refused --limit 100 --json': 'what your app did not take, for a script',
      },
      remarks: [...queryRemarks],
      exitCodes: '0 done, also where nothing matches · 2 the command line is wrong · 3 cannot run here',
    })
    .does(
      asked,
      (given, words): ListOptions => ({ ...given.common(), ...given.texts('limit'), words }),
      async (options, io) => (await import('./list.ts')).listKept(options, io),
    )
