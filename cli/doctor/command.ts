/** The command line of `hookscope doctor`. */
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addAction, addCommonOptions, commonOptionsOf } from '../shared/options.ts'

export const addDoctor: AddCommand = (program, asked) => {
  const doctor = program.command('doctor').description('what keeps deliveries from arriving, and how to fix it')
  addCommonOptions(doctor, 'one JSON object on standard output')
  addHelp(doctor, {
    examples: {
      'hookscope doctor': 'Node.js, database, ports, tunnel, keys, your app: each with its fix',
      'hookscope doctor --json': 'the same for a script',
    },
    remarks: ['It looks from within a hookscope that is listening, and from here where none is. It changes nothing.'],
    exitCodes: '0 nothing failed · 1 something failed · 2 the command line is wrong · 3 the database cannot be opened',
  })
  addAction(doctor, asked, commonOptionsOf, async (options, io) => (await import('./doctor.ts')).runDoctor(options, io))
}
