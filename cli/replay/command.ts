/** The command line of `hookscope replay`. */
import { type AddCommand, groups, queryRemarks } from '../shared/options.ts'
import type { ReplayOptions } from './replay.ts'

export const addReplay: AddCommand = (program, asked) =>
  program
    .command('replay')
    .description('send kept deliveries again')
    .argument('<ID|QUERY...>', 'one or more ids, or a search')
    .takes(groups.replay, {
      '--to <URL>': 'where to send; default: where deliveries are forwarded',
      '--edit': 'change the body in $VISUAL or $EDITOR first; one delivery only',
      '--resign': "sign what is sent with the hook's key",
      '--include-rejected': 'with --resign and a search: rejected ones too',
      '--rate <N>': 'max per second; default: one after the other',
    })
    .takesOneOf(groups.replay, '--order <ORDER>', 'triggered (default) or received', ['triggered', 'received'])
    .takes(groups.replay, { '-y, --yes': 'do not ask before several are sent' })
    .takesKeys(groups.sign)
    .takesStore()
    .says({
      examples: {
        'hookscope replay 12 --to 3000/webhooks': 'send delivery 12 again, byte for byte',
        'hookscope replay 12 --edit --resign': 'change its body in your editor first, and sign what is sent',
        'hookscope replay type:ach.* on:today --order triggered --rate 2 --yes':
          'all of today’s, in the order they were triggered, two per second, without asking',
      },
      remarks: [
        ...queryRemarks,
        '--to 3001 is the root of that port; where your app takes webhooks at a path, write it too: --to 3001/webhooks.',
        'If hookscope is listening on the same database, it sends the replay, and its inspector shows it.',
      ],
      exitCodes: '0 every target answered 2xx · 1 one did not · 2 the command line is wrong · 3 cannot run here',
    })
    .takesJson('one JSON object per attempt on standard output')
    .does(
      asked,
      (given, words): ReplayOptions => ({
        ...given.secrets(),
        ...given.common(),
        ...given.texts('to', 'rate'),
        ...given.flags('edit', 'resign', 'includeRejected', 'yes'),
        words,
        order: given.values['order'] === 'received' ? 'received' : 'triggered',
      }),
      async (options, io) => (await import('./replay.ts')).replay(options, io),
    )
