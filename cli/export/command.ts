/** The command line of `hookscope export`. */
import { addHelp } from '../shared/help.ts'
import {
  type AddCommand,
  addAction,
  addCommonOptions,
  commonOptionsOf,
  groups,
  option,
  text,
  textsIn,
} from '../shared/options.ts'
import type { ExportCommandOptions } from './export.ts'

export const addExport: AddCommand = (program, asked) => {
  const command = program
    .command('export')
    .description('deliveries as a file, to hand on')
    .argument('[QUERY...]', 'which; default: everything')
    .addOption(
      option('--format <FORMAT>', 'ndjson (default), or csv for a spreadsheet', groups.look).choices(['ndjson', 'csv']),
    )
    .addOption(option('-o, --output <FILE>', 'where to; default: standard output; .csv means csv', groups.look))
  addCommonOptions(command, 'the same as --format ndjson')
  addHelp(command, {
    examples: {
      'hookscope export on:today -o today.csv': 'a day for a spreadsheet, with what your app answered',
      'hookscope export is:rejected -o rejected.ndjson': 'for a colleague: one JSON object a delivery, with its body',
    },
    remarks: [
      'Credentials, signatures and full card numbers are masked, so what is handed on cannot be replayed as genuine.',
    ],
    exitCodes: '0 done, also where nothing matches · 2 the command line is wrong · 3 cannot run here',
  })
  addAction(
    command,
    asked,
    (values, words): ExportCommandOptions => {
      const format = text(values, 'format')
      return {
        ...commonOptionsOf(values),
        ...textsIn(values, 'output'),
        words,
        format: format === 'ndjson' || format === 'csv' ? format : null,
      }
    },
    async (options, io) => (await import('./export.ts')).exportKept(options, io),
  )
}
