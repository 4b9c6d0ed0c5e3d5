/** The command line of `hookscope check`. */
import type { Option } from 'commander'
import { frameworks } from '../../core/check/remedies.ts'
import { type AddCommand, groups, option } from '../shared/options.ts'
import type { CheckCommandOptions } from './check.ts'

/** The command reads the value, which may also be another word for one. */
function frameworkOption(): Option {
  const made = option(
    '--framework <NAME>',
    'stack of the code in the report; default: detected from the responses',
    groups.report,
  )
  made.argChoices = [...frameworks]
  return made
}

const listOf = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')

export const addCheck: AddCommand = (program, asked) =>
  program
    .command('check')
    .description('examine an endpoint: is it ready to go live?')
    .argument('[URL]', 'the endpoint, as it would be entered in the console')
    .takes(groups.replay, {
      '--only <NAMES>': 'only these groups and probes, separated by commas',
      '--skip <NAMES>': 'all but these',
      '--effect <COMMAND>': 'command that prints the effect of events: a number, or JSON of numbers',
      '--effect-url <URL>': 'URL that answers the same',
    })
    .takes(groups.send, {
      '--rate <N>': 'max requests per second; default: 20, no limit on this machine',
      '--seed <N>': 'seed of the generated events; default: the same in every check',
      '-y, --yes': 'do not ask before sending events to another machine',
    })
    .takes(groups.other, { '--list': 'list every probe, and send nothing' })
    .takesKeys(groups.sign)
    .takesBasicAuth(groups.sign)
    .takes(groups.report, {
      '--verbose': 'every finding in the terminal, with its fix; default: ten lines',
      '--html <FILE>': 'write the report as one HTML file',
      '--junit <FILE>': 'write it as JUnit XML',
      '--json': 'write it as JSON on standard output',
    })
    .addOption(frameworkOption())
    .takesOneOf(groups.report, '--fail-on <WHAT>', 'fail (default), or warn: warnings count as failures', [
      'fail',
      'warn',
    ])
    .takes(groups.report, {
      '--baseline <FILE>': 'an earlier --json report: failures known from it do not count',
    })
    .takesConfig()
    .says({
      examples: {
        'hookscope check 3000/webhooks --signature-key': 'ask for the key and examine your app on this machine',
        'hookscope check https://shop.example/webhooks --yes --html report.html':
          'an endpoint on the internet, with a report to share',
        [`hookscope check 3000/webhooks --effect "sqlite3 shop.db 'select count(*) from orders'"`]:
          'measure what each event did to the shop: exactly once, twice, or not at all',
        'hookscope check 3000/webhooks --junit check.xml --baseline check.json': 'in CI: only what is new fails',
        'hookscope check 3000/webhooks --only refuses,duplicate --skip large-body':
          'some groups and probes; --list names them',
      },
      remarks: [
        'The check’s events carry a mark (merchant key and order id hookscope-check-…), so that you can find and undo what they created. For an endpoint that is not on this machine it asks first, or needs --yes.',
      ],
      exitCodes: '0 ready · 1 not ready · 2 could not run, or was stopped',
    })
    .does(
      asked,
      (given, [url]): CheckCommandOptions => ({
        ...given.secrets(),
        ...given.texts('effect', 'effectUrl', 'rate', 'seed', 'html', 'junit', 'framework', 'baseline'),
        ...given.flags('yes', 'list', 'verbose', 'json'),
        config: given.config(),
        url: url ?? null,
        only: listOf(given.text('only')),
        skip: listOf(given.text('skip')),
        failOn: given.values['failOn'] === 'warn' ? 'warn' : 'fail',
      }),
      async (options, io) => (await import('./check.ts')).checkCommand(options, io),
    )
