/** The command line of `hookscope check`. */
import type { Command, Option } from 'commander'
import { frameworks } from '../../core/remedies.ts'
import type { CheckOptions } from '../commands/check.ts'
import {
  type AddCommand,
  addBasicAuthOptions,
  addConfigOption,
  addKeyOptions,
  groups,
  option,
  secretsOf,
  text,
} from './shared.ts'

const checkHelp = `
Events of the check carry a mark (merchant key and order id hookscope-check-…), so that what they made can be found
and undone. An endpoint that is not on this machine is asked about first, or needs --yes.

Examples:
  hookscope check http://localhost:3000/webhooks --signature-key
      ask for the key and examine your app on this machine
  hookscope check https://shop.example/webhooks --yes --html report.html
      an endpoint on the internet, with a report to hand on
  hookscope check http://localhost:3000/webhooks --effect "sqlite3 shop.db 'select count(*) from orders'"
      measure what each event did to the shop: exactly once, twice, or not at all
  hookscope check http://localhost:3000/webhooks --junit check.xml --baseline check.json
      in CI: only what is new fails
  hookscope check http://localhost:3000/webhooks --only refuses,duplicate --skip large-body
      some groups and probes; --list names them

Exit codes: 0 ready · 1 not ready · 2 could not run, or was stopped
`

/** The command reads the value, which may also be another word for one. */
function frameworkOption(): Option {
  const made = option(
    '--framework <NAME>',
    'whose code the report shows; default: what the answers show',
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
    .argument('[URL]', 'the endpoint, as it would stand in the console')
    .addOption(option('--only <NAMES>', 'these groups and probes, separated by commas', groups.replay))
    .addOption(option('--skip <NAMES>', 'all but these', groups.replay))
    .addOption(
      option('--effect <COMMAND>', 'prints what events did to the shop: a number, or JSON of numbers', groups.replay),
    )
    .addOption(option('--effect-url <URL>', 'answers the same', groups.replay))
    .addOption(
      option('--rate <N>', 'at most so many requests a second; default: 20, on this machine no limit', groups.send),
    )
    .addOption(option('--seed <N>', 'what the events look like; default: the same in every check', groups.send))
    .addOption(option('-y, --yes', 'do not ask before events go to an endpoint elsewhere', groups.send))
    .addOption(option('--list', 'name every probe, and send nothing', groups.other))
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', checkHelp)
  addKeyOptions(check)
  addBasicAuthOptions(check)
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
    .addOption(option('--baseline <FILE>', 'an earlier --json report: what failed there does not count', groups.report))
  addConfigOption(check)
  check.action((url: string | undefined, _: unknown, command: Command) => {
    const values = command.optsWithGlobals()
    const options: CheckOptions = {
      ...secretsOf(values),
      config: text(values, 'config') ?? null,
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
      run: async io => (await import('../commands/check.ts')).check(options, io),
    })
  })
}
