/** The command line of `hookscope status`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import { addLookOptions, type LookOptions, lookOptionsOf } from '../shared/looking.ts'
import type { AddCommand } from '../shared/options.ts'

export const addStatus: AddCommand = (program, asked) => {
  const status = program.command('status').description('how a listening hookscope is doing')
  addLookOptions(status, 'one JSON object on standard output')
  addHelp(status, {
    examples: [
      ['hookscope status', 'Hook URL, tunnel, your app, what is kept and what is queued'],
      ['hookscope status --json', 'the same for a script'],
    ],
    exitCodes: '0 done · 2 the command line is wrong · 3 no hookscope is listening',
  })
  status.action((_: unknown, command: Command) => {
    const options: LookOptions = lookOptionsOf(command.optsWithGlobals())
    asked({ command: 'status', options, run: async io => (await import('./status.ts')).showStatus(options, io) })
  })
}
