/** The command line of `hookscope tunnels`. */
import type { AddCommand } from '../shared/options.ts'

export const addTunnels: AddCommand = (program, asked) =>
  program
    .command('tunnels')
    .description('the ways to a public URL, and which are ready here')
    .takesJson('one JSON object a way on standard output')
    .takesConfig()
    .says({
      examples: {
        'hookscope tunnels': 'which Hook URL stays, who can read the deliveries, what is set up here',
        'hookscope tunnels --json': 'the same for a script',
      },
      remarks: ['Nothing is opened, and nobody outside of this machine is asked.'],
      exitCodes: '0 done · 2 the command line is wrong',
    })
    .does(
      asked,
      given => given.common(),
      async (options, io) => (await import('./tunnels.ts')).showTunnels(options, io),
    )
