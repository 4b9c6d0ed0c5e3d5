/** The command line of `hookscope migrate`. */
import { type AddCommand, groups } from '../shared/options.ts'
import type { MigrateCommandOptions } from './migrate.ts'

export const addMigrate: AddCommand = (program, asked) =>
  program
    .command('migrate')
    .description("move a database file's log to PostgreSQL, for hookscope serve")
    .takes(groups.keep, {
      '--from <FILE>': "the database file; default: the one in this user's data folder",
      '--to <URL>': 'postgres://… of an empty database; default: HOOKSCOPE_DB',
    })
    .takesJson('one JSON object')
    .takesConfig()
    .does(
      asked,
      (given): MigrateCommandOptions => ({
        ...given.flags('json'),
        ...given.texts('from', 'to'),
        config: given.config(),
      }),
      async (options, io) => (await import('./migrate.ts')).migrateLog(options, io),
    )
    .says({
      examples: {
        'hookscope migrate --to postgres://hookscope@db.internal/hookscope': 'the log of this user',
        'hookscope migrate --from shop.db --to postgres://hookscope@db.internal/hookscope': 'that of a file',
      },
      remarks: [
        'End hookscope on the file first. Deliveries keep their ids and every byte; attempts, pins, verdicts and their history, hooks, samples, checks, simulations that are over, what is offered to be sent again, and people who sign in with what they did are moved with them. What waits to be forwarded stays in the file and is named, and so do simulations that are not over, and the tunnel. Keys are sealed with HOOKSCOPE_SECRET, which is needed; where people sign in it is the one of before. A move that was cut short resumes where it was; at the end everything is read back and compared. The file stays.',
        'Leave the password out of the URL: PGPASSWORD gives it, and nobody reads it in the list of processes.',
      ],
      exitCodes:
        '0 everything is there · 1 something differs, or it was stopped · 2 the command line is wrong · 3 cannot run here',
    })
