/** The command line of `hookscope doctor`. */
import type { AddCommand } from '../shared/options.ts'

export const addDoctor: AddCommand = (program, asked) =>
  program
    .command('doctor')
    .description('what keeps deliveries from arriving, and how to fix it')
    .takesJson()
    .takesStore()
    .says({
      examples: {
        'hookscope doctor': 'Node.js, database, ports, tunnel, keys, your app: each with its fix',
        'hookscope doctor --json': 'the same for a script',
      },
      remarks: ['It looks from within a hookscope that is listening, and from here where none is. It changes nothing.'],
      exitCodes:
        '0 nothing failed · 1 something failed · 2 the command line is wrong · 3 the database cannot be opened',
    })
    .does(
      asked,
      given => given.common(),
      async (options, io) => (await import('./doctor.ts')).runDoctor(options, io),
    )
