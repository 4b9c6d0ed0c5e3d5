/** The command line of `hookscope check`. */
import type { Command, Option } from 'commander'
import { frameworks } from '../../core/check/remedies.ts'
import { addHelp } from '../shared/help.ts'
import {
  type AddCommand,
  addBasicAuthOptions,
  addConfigOption,
  addKeyOptions,
  configOf,
  groups,
  option,
  secretsOf,
  text,
} from '../shared/options.ts'
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

export const addCheck: AddCommand = (program, asked) => {
  const check = program
    .command('check')
    .description('examine an endpoint: is it ready to go live?')
    .argument('[URL]', 'the endpoint, as it would be entered in the console')
    .addOption(option('--only <NAMES>', 'only these groups and probes, separated by commas', groups.replay))
    .addOption(option('--skip <NAMES>', 'all but these', groups.replay))
    .addOption(
      option(
        '--effect <COMMAND>',
        'command that prints the effect of events: a number, or JSON of numbers',
        groups.replay,
      ),
    )
    .addOption(option('--effect-url <URL>', 'URL that answers the same', groups.replay))
    .addOption(option('--rate <N>', 'max requests per second; default: 20, no limit on this machine', groups.send))
    .addOption(option('--seed <N>', 'seed of the generated events; default: the same in every check', groups.send))
    .addOption(option('-y, --yes', 'do not ask before sending events to another machine', groups.send))
    .addOption(option('--list', 'list every probe, and send nothing', groups.other))
  addKeyOptions(check, groups.sign)
  addBasicAuthOptions(check, groups.sign)
  check
    .addOption(option('--verbose', 'every finding in the terminal, with its fix; default: ten lines', groups.report))
    .addOption(option('--html <FILE>', 'write the report as one HTML file', groups.report))
    .addOption(option('--junit <FILE>', 'write it as JUnit XML', groups.report))
    .addOption(option('--json', 'write it as JSON on standard output', groups.report))
    .addOption(frameworkOption())
    .addOption(
      option('--fail-on <WHAT>', 'fail (default), or warn: warnings count as failures', groups.report).choices([
        'fail',
        'warn',
      ]),
    )
    .addOption(
      option('--baseline <FILE>', 'an earlier --json report: failures known from it do not count', groups.report),
    )
  addConfigOption(check)
  addHelp(check, {
    examples: [
      ['hookscope check 3000/webhooks --signature-key', 'ask for the key and examine your app on this machine'],
      [
        'hookscope check https://shop.example/webhooks --yes --html report.html',
        'an endpoint on the internet, with a report to share',
      ],
      [
        `hookscope check 3000/webhooks --effect "sqlite3 shop.db 'select count(*) from orders'"`,
        'measure what each event did to the shop: exactly once, twice, or not at all',
      ],
      ['hookscope check 3000/webhooks --junit check.xml --baseline check.json', 'in CI: only what is new fails'],
      [
        'hookscope check 3000/webhooks --only refuses,duplicate --skip large-body',
        'some groups and probes; --list names them',
      ],
    ],
    remarks: [
      'The check’s events carry a mark (merchant key and order id hookscope-check-…), so that you can find and undo what they created. For an endpoint that is not on this machine it asks first, or needs --yes.',
    ],
    exitCodes: '0 ready · 1 not ready · 2 could not run, or was stopped',
  })
  check.action((url: string | undefined, _: unknown, command: Command) => {
    const values = command.optsWithGlobals()
    const options: CheckCommandOptions = {
      ...secretsOf(values),
      config: configOf(values),
      url: url ?? null,
      only: listOf(text(values, 'only')),
      skip: listOf(text(values, 'skip')),
      effect: text(values, 'effect') ?? null,
      effectUrl: text(values, 'effectUrl') ?? null,
      rate: text(values, 'rate') ?? null,
      seed: text(values, 'seed') ?? null,
      yes: values['yes'] === true,
      list: values['list'] === true,
      verbose: values['verbose'] === true,
      html: text(values, 'html') ?? null,
      junit: text(values, 'junit') ?? null,
      json: values['json'] === true,
      framework: text(values, 'framework') ?? null,
      failOn: values['failOn'] === 'warn' ? 'warn' : 'fail',
      baseline: text(values, 'baseline') ?? null,
    }
    asked({
      command: 'check',
      options,
      run: async io => (await import('./check.ts')).checkCommand(options, io),
    })
  })
}
