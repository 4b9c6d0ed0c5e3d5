/** The command line of `hookscope export`. */
import { exportFormats } from '../../core/api/export-formats.ts'
import { type AddCommand, groups } from '../shared/options.ts'
import type { ExportCommandOptions } from './export.ts'

export const addExport: AddCommand = (program, asked) =>
  program
    .command('export')
    .description('deliveries as a file, to hand on')
    .argument('[QUERY...]', 'which; default: everything')
    .takesOneOf(
      groups.look,
      '--format <FORMAT>',
      'hookscope (exact, for hookscope import), har, html, csv or ndjson; default: as the file’s name ends, else ndjson',
      exportFormats,
    )
    .takes(groups.look, {
      '-o, --output <FILE>': 'where to; default: standard output',
      '--anonymize':
        'replaces people, card data and credentials, and signs again, with a test key that the file states',
    })
    .takesJson('the same as --format ndjson')
    .takesStore()
    .says({
      examples: {
        'hookscope export on:today -o today.csv': 'a day for a spreadsheet, with what your app answered',
        'hookscope export is:rejected -o rejected.hookscope':
          'for a colleague, who imports it: every byte, secrets too',
        'hookscope export id:12 --anonymize -o sale.har':
          'for anyone: nobody is in it, its signature fits the test key',
      },
      remarks: [
        'All formats but hookscope mask credentials, signatures and full card numbers, so that what is handed on cannot be replayed as genuine. hookscope is exact: Authorization, signatures and card data are in it as received, keys never.',
      ],
      exitCodes: '0 done, also where nothing matches · 2 the command line is wrong · 3 cannot run here',
    })
    .does(
      asked,
      (given, words): ExportCommandOptions => ({
        ...given.common(),
        ...given.texts('output'),
        ...given.flags('anonymize'),
        words,
        format: exportFormats.find(known => known === given.text('format')) ?? null,
      }),
      async (options, io) => (await import('./export.ts')).exportKept(options, io),
    )
