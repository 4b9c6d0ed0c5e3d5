/** The command line of `hookscope wait`. */
import { type AddCommand, groups } from '../shared/options.ts'
import type { WaitCommandOptions } from './wait.ts'

export const addWait: AddCommand = (program, asked) =>
  program
    .command('wait')
    .description('wait until a delivery comes, for scripts and tests')
    .argument('<QUERY...>', 'what to wait for')
    .takes(groups.look, {
      '--timeout <TIME>': 'at most so long, such as 30s or 5m; default: 30s',
      '--count <N>': 'until so many have come; default: 1',
      '--since <ID>': 'also what was received after this delivery, since a time or since the start',
      '--listen': 'listen for the time of the wait when no hookscope does; the Hook URL goes to standard error',
    })
    .takesJson('one JSON object a delivery on standard output')
    .takesStore()
    .says({
      examples: {
        'hookscope wait type:ach.settled --timeout 60s': 'until a settled payment comes, at most a minute',
        'hookscope wait is:verified --since start --count 3': 'until three have come since hookscope was started',
        'hookscope wait type:transaction.* --since 12 --json': 'the next one after delivery 12, as JSON',
        'hookscope wait type:ach.settled --listen --timeout 5m':
          'listen meanwhile, as the environment and the config file say',
      },
      remarks: [
        'Without --since, what comes from now on counts. With --since and the id that the last call printed, nothing that comes between two calls is missed.',
        'What matches only once your app has answered (status:500, is:failed) may be printed after newer deliveries: repeat the earlier --since for it, as nothing is looked for below the id.',
      ],
      exitCodes: '0 it came · 1 the time is up · 2 the command line is wrong · 3 no hookscope is listening',
    })
    .does(
      asked,
      (given, words): WaitCommandOptions => ({
        ...given.common(),
        ...given.texts('timeout', 'count', 'since'),
        listen: given.values['listen'] === true,
        words,
      }),
      async (options, io) => (await import('./wait.ts')).wait(options, io),
    )
