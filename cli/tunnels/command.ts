/** The command line of `hookscope tunnels`. */
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addAction, addConfigOption, addOptions, commonOptionsOf, groups } from '../shared/options.ts'

export const addTunnels: AddCommand = (program, asked) => {
  const tunnels = program.command('tunnels').description('the ways to a public URL, and which are ready here')
  addOptions(tunnels, groups.other, { '--json': 'one JSON object a way on standard output' })
  addConfigOption(tunnels)
  addHelp(tunnels, {
    examples: {
      'hookscope tunnels': 'which Hook URL stays, who can read the deliveries, what is set up here',
      'hookscope tunnels --json': 'the same for a script',
    },
    remarks: ['Nothing is opened, and nobody outside of this machine is asked.'],
    exitCodes: '0 done · 2 the command line is wrong',
  })
  addAction(tunnels, asked, commonOptionsOf, async (options, io) =>
    (await import('./tunnels.ts')).showTunnels(options, io),
  )
}
