/** The command line of `hookscope repair`. */
import { type AddCommand, groups } from '../shared/options.ts'
import type { RepairCommandOptions } from './repair.ts'

export const addRepair: AddCommand = (program, asked) =>
  program
    .command('repair')
    .description('copy what can be read of a damaged database into a new file')
    .takes(groups.keep, { '--to <PATH>': 'the new file, which must not exist' })
    .takesJson('one JSON object')
    .takesStore()
    .does(
      asked,
      (given): RepairCommandOptions => ({ ...given.common(), ...given.texts('to') }),
      async (options, io) => (await import('./repair.ts')).repairDatabase(options, io),
    )
    .says({
      examples: {
        'hookscope repair': 'the database of this user',
        'hookscope repair --db shop.db --to /media/disk/shop.db': 'to another disk, when this disk is full or failing',
      },
      remarks: [
        'The old file is only read. The new one is written beside it unless --to says otherwise; start it with hookscope --db. The list is rebuilt from the log at its first start. The new file needs about as much space as the old one.',
      ],
      exitCodes:
        '0 everything could be read · 1 some of it could not · 2 the command line is wrong · 3 cannot run here',
    })
