/** The command line of `hookscope list`. */
import { addHelp } from '../shared/help.ts'
import {
  type AddCommand,
  addAction,
  addCommonOptions,
  commonOptionsOf,
  groups,
  option,
  queryRemarks,
  textsIn,
} from '../shared/options.ts'
import type { ListOptions } from './list.ts'

export const addList: AddCommand = (program, asked) => {
  const list = program
    .command('list')
    .description('deliveries that were kept, the newest first')
    .argument('[QUERY...]', 'what to search for; default: everything')
    .addOption(option('--limit <N>', 'at most so many; default: 20', groups.look))
  addCommonOptions(list)
  addHelp(list, {
    examples: {
      'hookscope list': 'the newest twenty',
      'hookscope list is:rejected after:today': 'what was rejected today',
      'hookscope list status:5xx,refused --limit 100 --json': 'what your app did not take, for a script',
    },
    remarks: [...queryRemarks],
    exitCodes: '0 done, also where nothing matches · 2 the command line is wrong · 3 cannot run here',
  })
  addAction(
    list,
    asked,
    (values, words): ListOptions => ({ ...commonOptionsOf(values), ...textsIn(values, 'limit'), words }),
    async (options, io) => (await import('./list.ts')).listKept(options, io),
  )
}
