/** The command line of `hookscope import`. */
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addAction, addCommonOptions, commonOptionsOf } from '../shared/options.ts'
import type { ImportCommandOptions } from './import.ts'

export const addImport: AddCommand = (program, asked) => {
  const command = program
    .command('import')
    .description('deliveries of a file: a capture, a HAR, or exported NDJSON')
    .argument('<FILE>', '-: standard input')
  addCommonOptions(command, 'one JSON object on standard output: what was added, there already, and left out')
  addHelp(command, {
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
  addAction(
    command,
    asked,
    (values, [file = '']): ImportCommandOptions => ({ ...commonOptionsOf(values), file }),
    async (options, io) => (await import('./import.ts')).importCommand(options, io),
  )
}
