/** The command line of `hookscope export`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import { addLookOptions, lookOptionsOf } from '../shared/looking.ts'
import { type AddCommand, groups, option, text } from '../shared/options.ts'
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
  addLookOptions(command, 'the same as --format ndjson')
  addHelp(command, {
    examples: [
      ['hookscope export on:today -o today.csv', 'a day for a spreadsheet, with what your app answered'],
      ['hookscope export is:rejected -o rejected.ndjson', 'for a colleague: one JSON object a delivery, with its body'],
    ],
    remarks: [
      'Credentials, signatures and full card numbers are masked, so what is handed on cannot be replayed as genuine.',
    ],
    exitCodes: '0 done, also where nothing matches · 2 the command line is wrong · 3 cannot run here',
  })
  command.action((words: string[], _: unknown, own: Command) => {
    const values = own.optsWithGlobals()
    const format = text(values, 'format')
    const options: ExportCommandOptions = {
      ...lookOptionsOf(values),
      words,
      format: format === 'ndjson' || format === 'csv' ? format : null,
      output: text(values, 'output') ?? null,
    }
    asked({ command: 'export', options, run: async io => (await import('./export.ts')).exportKept(options, io) })
  })
}
