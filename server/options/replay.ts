/** The command line of `hookscope replay`. */
import type { Command } from 'commander'
import type { ReplayOptions } from '../commands/replay.ts'
import {
  type AddCommand,
  addKeyOptions,
  addStoreOptions,
  groups,
  option,
  secretsOf,
  settingsOf,
  text,
} from './shared.ts'

const replayHelp = `
A query is what the inspector's search takes: type:ach.* is:rejected status:5xx key:8nf0 amount:>100

Examples:
  hookscope replay 12 --to http://localhost:3000/webhooks
      send delivery 12 again, exactly as it came
  hookscope replay 12 --edit --resign
      change its body in your editor first, and sign what is sent
  hookscope replay type:ach.* on:today --order triggered --rate 2 --yes
      all of them in the order they were triggered, two a second, without asking

Where hookscope is listening on the same database, the replay goes through it and shows in its inspector.

Exit codes: 0 every target answered 2xx · 1 one did not · 2 the command line is wrong · 3 cannot run here
`

export const addReplay: AddCommand = (program, asked) => {
  const replay = program
    .command('replay')
    .description('send deliveries that were kept again')
    .argument('<ID|QUERY...>', 'one or more ids, or what to search for')
    .addOption(option('--to <URL>', 'where to send them; default: where deliveries are forwarded', groups.replay))
    .addOption(option('--edit', 'change the body in $VISUAL or $EDITOR first; one delivery only', groups.replay))
    .addOption(option('--resign', "sign what is sent with the hook's key", groups.replay))
    .addOption(option('--rate <N>', 'at most so many a second; default: one after the other', groups.replay))
    .addOption(
      option('--order <ORDER>', 'triggered (default) or received', groups.replay).choices(['triggered', 'received']),
    )
    .addOption(option('-y, --yes', 'do not ask before several are sent', groups.replay))
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', replayHelp)
  addKeyOptions(replay)
  addStoreOptions(replay)
  replay
    .addOption(option('--json', 'one JSON object an attempt on standard output', groups.other))
    .action((words: string[], _: unknown, command: Command) => {
      const values = command.optsWithGlobals()
      const options: ReplayOptions = {
        ...secretsOf(values),
        settings: settingsOf({ db: values['db'] }),
        config: text(values, 'config') ?? null,
        json: values['json'] === true,
        words,
        to: text(values, 'to') ?? null,
        edit: values['edit'] === true,
        resign: values['resign'] === true,
        rate: text(values, 'rate') ?? null,
        order: values['order'] === 'received' ? 'received' : 'triggered',
        yes: values['yes'] === true,
      }
      asked({
        command: 'replay',
        options,
        run: async io => (await import('../commands/replay.ts')).replay(options, io),
      })
    })
}
