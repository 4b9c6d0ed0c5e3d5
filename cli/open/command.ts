/** The command line of `hookscope open`. */
import { type AddCommand, groups } from '../shared/options.ts'
import type { OpenOptions } from './open.ts'

export const addOpen: AddCommand = (program, asked) =>
  program
    .command('open')
    .description('open the inspector in the browser')
    .argument('[ID]', 'a delivery to show, as hookscope list shows its id')
    .takes(groups.look, { '--print': 'print the link instead; it lets in whoever has it' })
    .takesStore()
    .says({
      examples: {
        'hookscope open': 'the inspector, signed in',
        'hookscope open 12': 'the same, at delivery 12',
        'hookscope open --print': 'the link alone, to copy it into another browser',
      },
      remarks: ['Where no browser can be opened, the link is printed.'],
      exitCodes: '0 done · 1 there is no such delivery · 2 the command line is wrong · 3 no hookscope is listening',
    })
    .does(
      asked,
      (given, [id]): OpenOptions => ({ ...given.common(), ...given.flags('print'), id: id ?? null }),
      async (options, io) => (await import('./open.ts')).openInspector(options, io),
    )
