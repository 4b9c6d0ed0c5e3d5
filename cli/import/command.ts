/** The command line of `hookscope import`. */
import type { AddCommand } from '../shared/options.ts'
import type { ImportCommandOptions } from './import.ts'

export const addImport: AddCommand = (program, asked) =>
  program
    .command('import')
    .description('deliveries of a file: a capture, a HAR, or exported NDJSON')
    .argument('<FILE>', '-: standard input')
    .takesJson('one JSON object on standard output: what was added, there already, and left out')
    .takesStore()
    .says({
      examples: {
        'hookscope import rejected.hookscope': 'what a colleague exported: the same bytes, times and verdicts',
        'hookscope import requests.har': 'the POSTs of a HAR that a browser or a proxy saved with content',
      },
      remarks: [
        'Importing a file again adds nothing: a delivery is known by the time it was received, its method, request target, headers and body.',
        'What is imported is marked so, stands under no hook of yours, and is sent only by a replay. Attempts are not imported.',
      ],
      exitCodes:
        '0 done, also where all of it was there already · 2 the file, a part of it or the command line is wrong · 3 cannot run here',
    })
    .does(
      asked,
      (given, [file = '']): ImportCommandOptions => ({ ...given.common(), file }),
      async (options, io) => (await import('./import.ts')).importCommand(options, io),
    )
