/** The command line of `hookscope status`. */
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addAction, addCommonOptions, commonOptionsOf } from '../shared/options.ts'

export const addStatus: AddCommand = (program, asked) => {
  const status = program.command('status').description('how a listening hookscope is doing')
  addCommonOptions(status, 'one JSON object on standard output')
  addHelp(status, {
    examples: {
      'hookscope status': 'Hook URL, tunnel, your app, what is kept and what is queued',
      'hookscope status --json': 'the same for a script',
    },
    exitCodes: '0 done · 2 the command line is wrong · 3 no hookscope is listening',
  })
  addAction(status, asked, commonOptionsOf, async (options, io) =>
    (await import('./status.ts')).showStatus(options, io),
  )
}
