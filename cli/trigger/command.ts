/** The command line of `hookscope trigger`. */
import { faultKinds } from '../../core/simulate/faults.ts'
import { type AddCommand, groups } from '../shared/options.ts'
import type { TriggerOptions } from './options.ts'

export const addTrigger: AddCommand = (program, asked) =>
  program
    .command('trigger')
    .description('send events as the gateway would')
    .argument('[TYPE...]', 'event types, or samples of your own')
    .takes(groups.replay, {
      '--to <URL>': 'where to; default: every hook subscribed to the type',
      '--hook <LABEL>': 'one hook, by its label or id, even if it is not subscribed',
      '--scenario <NAME>': 'a scenario: a chain of events about one sale, payment, card or product',
      '--body <FILE>': 'send the content of a file; - for standard input',
    })
    .takesSeveral(
      groups.replay,
      '--set <PATH=VALUE>',
      'change a field; VALUE takes the JSON type of the sample, PATH:=JSON sets any type; repeatable',
    )
    .takesSeveral(groups.replay, '--unset <PATH>', 'omit a field; repeatable')
    .takes(groups.send, {
      '--count <N>': 'repeat N times, each time with new events',
      '--rate <N>': 'max events per second; default: as fast as 20 connections allow',
      '--seed <N>': 'the same events again, except for their times',
    })
    .takesOneOf(
      groups.send,
      '--retries <WHEN>',
      "off (default), or schedule: retry on the gateway's schedule until answered 2xx",
      ['off', 'schedule'],
    )
    .takes(groups.send, { '--clock <SPEED>': 'how fast the schedule runs: 1x (default), 600x, instant' })
    .takesSeveral(groups.send, '--fault <KIND[=SHARE]>', 'what goes wrong on the way; repeatable')
    .takes(groups.send, { '--dry-run': 'print the signed request as curl, and send nothing' })
    .takesKeys(groups.sign)
    .takesBasicAuth(groups.sign)
    .takesStore()
    .says({
      examples: {
        'hookscope trigger transaction.sale.success --to 3000/webhooks':
          'one approved sale to your app, signed with HOOKSCOPE_SIGNATURE_KEY; nothing else has to run',
        'hookscope trigger ach.returned --set reason="R01: Insufficient funds"':
          'to every hook that is subscribed to it, with one field changed; the end of a path is enough',
        'hookscope trigger transaction.sale.failure': 'a declined sale; now and then one that met an error',
        'hookscope trigger --scenario card-sale --hook "My shop"': 'a sale from approval to settlement, to one hook',
        'hookscope trigger --scenario ach-return --set 4:amount=12.00 --unset 3:orderid':
          'change fields of its fourth and third event; without a number, of all its events',
        'hookscope trigger ach.settled --to 3000/webhooks --retries schedule --clock 600x':
          'retry until your app answers 2xx, as the gateway does: its 72 hours in seven minutes',
        'hookscope trigger transaction.sale.success --count 500 --fault duplicates=10%,slow=0.05':
          '500 events over an unreliable network',
        'hookscope trigger settlement.batch.success --to 3000/webhooks --dry-run':
          'show the signed request as curl, and send nothing',
        'hookscope trigger --body event.json --set refnum:=12345':
          'send a file’s content with one field changed; := takes any JSON',
      },
      remarks: [
        'TYPE is an event type, such as transaction.sale.success (cau.* can also be written cardupdate.*), or a sample of your own. --list shows all of them; at a terminal, hookscope trigger alone asks. Each event has new, realistic values; --seed N repeats the same ones.',
        `Faults: ${faultKinds.map(({ kind }) => kind).join(', ')}, each for everything that is sent, or for a share: slow=0.2,cut=5%`,
        'If hookscope is listening on the same database, it sends the events, and its inspector shows them. See also: hookscope pending (queued retries), hookscope samples (your own), hookscope completion (Tab).',
      ],
      exitCodes: '0 every event was answered 2xx · 1 one was not · 2 the command line is wrong · 3 cannot run here',
    })
    .takes(groups.other, {
      '--list': 'list event types, scenarios and samples of your own',
      '--json': 'one JSON object per attempt on standard output, and one at the end',
    })
    .does(
      asked,
      (given, words): TriggerOptions => ({
        ...given.secrets(),
        ...given.common(),
        ...given.texts('scenario', 'body', 'hook', 'to', 'count', 'rate', 'seed', 'clock'),
        ...given.flags('dryRun', 'list'),
        words,
        set: given.several('set'),
        unset: given.several('unset'),
        retries: given.values['retries'] === 'schedule' ? 'schedule' : 'off',
        faults: given.several('fault'),
      }),
      async (options, io) => (await import('./trigger.ts')).trigger(options, io),
    )
