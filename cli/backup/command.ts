/** The command line of `hookscope backup`. */
import type { AddCommand } from '../shared/options.ts'
import type { BackupCommandOptions } from './backup.ts'

export const addBackup: AddCommand = (program, asked) =>
  program
    .command('backup')
    .description('copy the database into a new file, also while hookscope runs')
    .argument('<FILE>', 'the new file, which must not exist')
    .takesJson('one JSON object')
    .takesStore()
    .does(
      asked,
      (given, [file = '']): BackupCommandOptions => ({ ...given.common(), file }),
      async (options, io) => (await import('./backup.ts')).backUpDatabase(options, io),
    )
    .says({
      examples: {
        'hookscope backup shop.backup.db': 'everything: deliveries, attempts, hooks and their keys',
      },
      remarks: [
        'The copy is the database as it is at one moment; deliveries that come meanwhile are kept, and are not in it. Name it with --db to look into it, or to continue with it. It holds keys and payloads, so only you can read it. Keys that are sealed stay sealed: keep their HOOKSCOPE_SECRET, and keep it elsewhere.',
      ],
      exitCodes:
        '0 done · 1 the database is damaged, and so is the copy · 2 the command line is wrong · 3 cannot run here',
    })
