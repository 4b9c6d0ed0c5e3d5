/** The command line of `hookscope trigger`. */
import type { Command } from 'commander'
import { weathers } from '../../core/weather.ts'
import { repeated } from '../repeatable.ts'
import type { TriggerOptions } from '../trigger/options.ts'
import {
  type AddCommand,
  addBasicAuthOptions,
  addKeyOptions,
  addStoreOptions,
  groups,
  option,
  secretsOf,
  settingsOf,
  text,
  textsOf,
} from './shared.ts'

const triggerHelp = `
TYPE is an event type (transaction.sale.success; cardupdate.* for cau.* as well) or a sample of your own.
--list shows all of them; at a terminal, hookscope trigger alone asks.
Each event is believable and new: --seed N makes the same ones again.
Weather: ${weathers.map(({ kind }) => kind).join(', ')},
  each befalling all that is sent, or a share: slow=0.2,cut=5%

Examples:
  hookscope trigger transaction.sale.success --to http://localhost:3000/webhooks
      one approved sale to your app, signed with HOOKSCOPE_SIGNATURE_KEY; nothing else has to run
  hookscope trigger ach.returned --set reason="R01: Insufficient funds" --unset orderid
      to every hook that is subscribed to it, with fields of your own; the end of a path is enough
  hookscope trigger --journey card-sale --hook "My shop"
      a sale from approval to settlement, to one hook
  hookscope trigger --journey ach-return --set 4:reason="R01: Insufficient funds" --unset 3:orderid
      with fields of its fourth and its third event changed; without a number, of all its events
  hookscope trigger transaction.sale.success --to http://localhost:3000/webhooks --retries schedule --clock 600x
      again until your app answers 2xx, as the gateway does: its 72 hours in seven minutes
  hookscope trigger transaction.sale.success --count 500 --weather duplicates=10%,disorder,slow=0.05
      a busy day on a bad line
  hookscope trigger settlement.batch.success --to http://localhost:3000/webhooks --dry-run
      show the signed request as curl, and send nothing
  hookscope trigger --body event.json --set refnum:=12345
      exactly what a file holds, but for one field; := takes any JSON

Where hookscope is listening on the same database, it goes through it and shows in its inspector.
See also: hookscope pending (what waits for another try), hookscope samples (your own), hookscope completion (Tab).

Exit codes: 0 every event was answered 2xx · 1 one was not · 2 the command line is wrong · 3 cannot run here
`

export const addTrigger: AddCommand = (program, asked) => {
  const trigger = program
    .command('trigger')
    .description('send events as the gateway would')
    .argument('[TYPE...]', 'event types, or samples of your own')
    .addOption(option('--to <URL>', 'where to; default: every hook subscribed to the type', groups.replay))
    .addOption(option('--hook <LABEL>', 'one hook, by its label or id, whatever it is subscribed to', groups.replay))
    .addOption(
      option(
        '--journey <NAME>',
        'a scenario: a chain of events about one sale, payment, card or product',
        groups.replay,
      ),
    )
    .addOption(option('--body <FILE>', 'exactly what a file holds; - for standard input', groups.replay))
    .addOption(
      repeated(
        option(
          '--set <PATH=VALUE>',
          'change a field; VALUE becomes the kind of JSON the sample has there, PATH:=JSON sets any; repeatable',
          groups.replay,
        ),
      ),
    )
    .addOption(repeated(option('--unset <PATH>', 'leave a field out; repeatable', groups.replay)))
    .addOption(option('--count <N>', 'so many times over, each time other events', groups.send))
    .addOption(
      option(
        '--rate <N>',
        'so many events a second, what was held up at once; default: what 20 connections take',
        groups.send,
      ),
    )
    .addOption(option('--seed <N>', 'the same events again, but for their time', groups.send))
    .addOption(
      option(
        '--retries <WHEN>',
        "off (default), or schedule: again until answered 2xx, on the gateway's schedule",
        groups.send,
      ).choices(['off', 'schedule']),
    )
    .addOption(option('--clock <SPEED>', 'how fast the schedule runs: 1x (default), 600x, instant', groups.send))
    .addOption(repeated(option('--weather <KIND[=SHARE]>', 'what goes wrong on the way; repeatable', groups.send)))
    .addOption(option('--dry-run', 'print the signed request as curl, and send nothing', groups.send))
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', triggerHelp)
  addKeyOptions(trigger)
  addBasicAuthOptions(trigger)
  addStoreOptions(trigger)
  trigger
    .addOption(option('--list', 'list event types, scenarios and samples of your own', groups.other))
    .addOption(option('--json', 'one JSON object a try on standard output, and one at the end', groups.other))
    .action((words: string[], _: unknown, command: Command) => {
      const values = command.optsWithGlobals()
      const options: TriggerOptions = {
        ...secretsOf(values),
        settings: settingsOf({ db: values['db'] }),
        config: text(values, 'config') ?? null,
        json: values['json'] === true,
        words,
        journey: text(values, 'journey') ?? null,
        body: text(values, 'body') ?? null,
        hook: text(values, 'hook') ?? null,
        to: text(values, 'to') ?? null,
        set: textsOf(values, 'set'),
        unset: textsOf(values, 'unset'),
        count: text(values, 'count') ?? null,
        rate: text(values, 'rate') ?? null,
        seed: text(values, 'seed') ?? null,
        retries: values['retries'] === 'schedule' ? 'schedule' : 'off',
        clock: text(values, 'clock') ?? null,
        weather: textsOf(values, 'weather'),
        dryRun: values['dryRun'] === true,
        list: values['list'] === true,
      }
      asked({
        command: 'trigger',
        options,
        run: async io => (await import('../commands/trigger.ts')).trigger(options, io),
      })
    })
}
