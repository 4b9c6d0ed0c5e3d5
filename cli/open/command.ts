/** The command line of `hookscope open`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addStoreOptions, configOf, groups, option, settingsOf } from '../shared/options.ts'
import type { OpenOptions } from './open.ts'

export const addOpen: AddCommand = (program, asked) => {
  const open = program
    .command('open')
    .description('open the inspector in the browser')
    .argument('[ID]', 'a delivery to show, as hookscope list shows its id')
    .addOption(option('--print', 'print the link instead; it lets in whoever has it', groups.look))
  addStoreOptions(open)
  addHelp(open, {
    examples: [
      ['hookscope open', 'the inspector, signed in'],
      ['hookscope open 12', 'the same, at delivery 12'],
      ['hookscope open --print', 'the link alone, to copy it into another browser'],
    ],
    remarks: ['Where no browser can be opened, the link is printed.'],
    exitCodes: '0 done · 1 there is no such delivery · 2 the command line is wrong · 3 no hookscope is listening',
  })
  open.action((id: string | undefined, _: unknown, command: Command) => {
    const values = command.optsWithGlobals()
    const options: OpenOptions = {
      settings: settingsOf({ db: values['db'] }),
      config: configOf(values),
      print: values['print'] === true,
      id: id ?? null,
    }
    asked({ command: 'open', options, run: async io => (await import('./open.ts')).openInspector(options, io) })
  })
}
