/** The command line of `hookscope status`. */
import type { AddCommand } from '../shared/options.ts'

export const addStatus: AddCommand = (program, asked) =>
  program
    .command('status')
    .description('how a listening hookscope is doing')
    .takesJson()
    .takesStore()
    .says({
      examples: {
        'hookscope status': 'Hook URL, tunnel, your app, what is kept and what is queued',
        'hookscope status --json': 'the same for a script',
      },
      exitCodes: '0 done · 2 the command line is wrong · 3 no hookscope is listening',
    })
    .does(
      asked,
      given => given.common(),
      async (options, io) => (await import('./status.ts')).showStatus(options, io),
    )
