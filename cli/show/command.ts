/** The command line of `hookscope show`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import { addLookOptions, lookOptionsOf } from '../shared/looking.ts'
import { type AddCommand, groups, option } from '../shared/options.ts'
import { type ShownPart, shownParts } from './parts.ts'
import type { ShowOptions } from './show.ts'

export const addShow: AddCommand = (program, asked) => {
  const show = program.command('show').description('one delivery whole').argument('<ID>', 'as hookscope list shows it')
  const part = (name: ShownPart, description: string) => show.addOption(option(`--${name}`, description, groups.look))
  part('body', 'the body alone, byte for byte')
  part('headers', 'the header lines alone, as received')
  part('curl', 'a curl command that sends it again')
  addLookOptions(show, 'one JSON object on standard output')
  addHelp(show, {
    examples: [
      ['hookscope show 12', 'why it was rejected, what your app said, headers and body'],
      ['hookscope show 12 --body > body.json', 'exactly the bytes that were received'],
      ['hookscope show 12 --curl', 'as a command, to send it from a script'],
    ],
    remarks: ['Credentials are masked. Where standard output is a terminal, nothing in a delivery can steer it.'],
    exitCodes: '0 done · 1 there is no such delivery · 2 the command line is wrong · 3 cannot run here',
  })
  show.action((id: string, _: unknown, command: Command) => {
    const values = command.optsWithGlobals()
    const parts = shownParts.filter(name => values[name] === true)
    const options: ShowOptions = { ...lookOptionsOf(values), id, parts }
    asked({ command: 'show', options, run: async io => (await import('./show.ts')).show(options, io) })
  })
}
