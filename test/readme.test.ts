import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue, familyLabels } from '../core/catalogue.ts'
import { notes, rejections } from '../core/delivery.ts'
import { signatureCauses } from '../core/diagnosis.ts'
import { probeGroups, scoreRule } from '../core/finding.ts'
import { journeys } from '../core/journeys.ts'
import { probes } from '../core/probes.ts'
import { frameworkName, frameworks, frameworkWords } from '../core/remedies.ts'
import { sandbox, sandboxRemarks } from '../core/sandbox.ts'
import { weathers } from '../core/weather.ts'
import { createApi } from '../server/inspector/api.ts'
import type { Controls } from '../server/inspector/types.ts'
import { buildProgram } from '../server/options/program.ts'
import type { Store } from '../server/store/store.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the README', () => {
  it('has the catalogue as its table of events', () => {
    const rows = catalogue.map(entry => {
      const spelling = 'alternative' in entry ? ` (also \`${entry.alternative}\`)` : ''
      return `| \`${entry.type}\`${spelling} | ${familyLabels[entry.family]} | ${entry.when} |`
    })
    const table = ['| event | family | sent when |', '|---|---|---|', ...rows].join('\n')
    expect(readme).toContain(`<!-- events -->\n${table}\n<!-- /events -->`)
  })

  it('has the sandbox as a table, where the setup and the terminal lead to it', () => {
    const rows = sandbox.map(({ see, how, hour, events }) => {
      const brings = events.map(event => `\`${event}\``).join(' ') || '–'
      return `| ${see} | ${how} | ${hour} | ${brings} |`
    })
    const table = ['| to see | do this | when | brings |', '|---|---|---|---|', ...rows, '', ...sandboxRemarks].join(
      '\n',
    )
    expect(readme).toContain(`### Sandbox: what brings which event\n\n<!-- sandbox -->\n${table}\n<!-- /sandbox -->`)
    expect(readme).toContain('[Make a sale in the sandbox](#sandbox-what-brings-which-event)')
  })

  it.each<[fact: string, said: RegExp]>([
    ['a check sale is two families of events, and is booked once', /Book it once.*money in the bank/],
    ['a settlement is found by merchant and batchrefnum', /by merchant and `batchrefnum`.*not the settlement's `key`/],
    ['authcodes change', /`authcode` changes from step to step/],
    ['of 3xx the gateway says nothing', /time-out, 4xx and 5xx; of 3xx it says nothing/],
    ['the SDKs’ verifiers take a string', /before anything parses them, although the SDKs' verifiers take a string/],
    ['there are no addresses to allow', /publishes no addresses/],
    ['the vendor’s examples are no fixtures', /share event ids and are not all valid JSON/],
    ['a late settlement undoes no return', /`ach.settled` delivered late must not undo it/],
    ['legacy accounts have to ask', /legacy accounts have to ask the gateway's integration support/],
    ['the API Key is the Source Key', /calls API Key is the Source Key; the Signature Key stands at the bottom/],
  ])('says that %s', (_, said) => {
    expect(readme.replace(/\s+/g, ' ')).toMatch(said)
  })

  it('has every cause of a wrong signature as a table', () => {
    const rows = Object.entries(signatureCauses).map(([code, { what, remedy }]) => {
      const cells = `${what} | ${remedy}`.replace(/[\\<>]/g, '\\$&')
      return `| \`${code}\` | ${cells} |`
    })
    const table = ['| cause | what it means | what mends it |', '|---|---|---|', ...rows].join('\n')
    expect(readme).toContain(`<!-- causes -->\n${table}\n<!-- /causes -->`)
  })

  it.each([...Object.keys(rejections), ...Object.keys(notes)])('names the code %s', code => {
    expect(readme).toContain(`\`${code}\``)
  })

  it('has the weather and the scenarios of the simulator as tables', () => {
    const weather = weathers.map(({ kind, what }) => `| \`${kind}\` | ${what} |`)
    expect(readme).toContain(
      `<!-- weather -->\n${['| weather | what it does |', '|---|---|', ...weather].join('\n')}\n<!-- /weather -->`,
    )
    const chains = journeys.map(
      ({ name, what, steps }) => `| \`${name}\` | ${what} | ${steps.map(step => `\`${step}\``).join(' ')} |`,
    )
    expect(readme).toContain(
      `<!-- journeys -->\n${['| scenario | what happens | events |', '|---|---|---|', ...chains].join('\n')}\n<!-- /journeys -->`,
    )
  })

  it('has every probe of the readiness check as a table, and the rule of its score', () => {
    const rows = probes.map(({ id, group, pass, severity }) =>
      `| \`${id}\` | \`${group}\` | ${pass} | ${severity} |`.replaceAll('*', '\\*'),
    )
    const table = ['| probe | group | what should be true | severity |', '|---|---|---|---|', ...rows].join('\n')
    expect(readme).toContain(`<!-- probes -->\n${table}\n<!-- /probes -->`)
    const told = readme.replace(/\s+/g, ' ')
    expect(told).toContain(scoreRule.replace('Each', 'each').replace('The score is', 'It is'))
    const groups = Object.entries(probeGroups).map(([group, title]) => `\`${group}\` (${title})`)
    expect(told).toContain(`Groups: ${groups.join(', ')}.`)
  })

  it('has every stack that there is code for, with its other names', () => {
    const table = /<!-- stacks -->\n([\s\S]+?)<!-- \/stacks -->/.exec(readme)?.[1] ?? ''
    const rows = table.split('\n').slice(2, -1)
    expect(
      rows.map(row =>
        row
          .split('|')
          .slice(1, 3)
          .map(cell => cell.trim()),
      ),
    ).toEqual(
      frameworks.map(name => [
        frameworkName(name),
        frameworkWords(name)
          .map(word => `\`${word}\``)
          .join(' '),
      ]),
    )
  })

  it('names every option', () => {
    const program = buildProgram(() => undefined)
    const commands = [program, ...program.commands]
    const options = new Set(commands.flatMap(command => command.options.map(option => option.long ?? '')))
    for (const option of options) {
      if (option !== '--version') expect(readme).toMatch(new RegExp(`${option}\\b`))
    }
  })

  it('names every route of the API', () => {
    // Only its table of routes is read; nothing behind it is called.
    const { routes } = createApi({ store: {} as Store, controls: {} as Controls, log: () => undefined })
    const ends = new Set(
      routes.map(route =>
        route.path
          .replace(/\/\*$/, '')
          .split('/')
          .filter(part => !part.startsWith(':'))
          .at(-1),
      ),
    )
    expect(ends).toContain('deliveries')
    for (const end of ends) expect(readme).toMatch(new RegExp(`/${end}\\b`))
  })

  it('has a recipe for GitHub Actions whose command is one, with one key for the app and the check', () => {
    const recipe = /```yaml\n# \.github\/workflows\/[\s\S]*?```/.exec(readme)?.[0] ?? ''
    const words = /- run: npx --yes hookscope (.+)/.exec(recipe)?.[1]?.split(' ') ?? []
    const asked: unknown[] = []
    buildProgram(one => asked.push(one)).parse(words, { from: 'user' })
    expect(asked).toMatchObject([
      {
        command: 'check',
        options: { url: 'http://localhost:3000/webhooks', html: 'report.html', junit: 'report.xml', yes: false },
      },
    ])
    const keys = [...recipe.matchAll(/^ {6}(?:WEBHOOK_KEY|HOOKSCOPE_SIGNATURE_KEY): (.+)$/gm)].map(([, value]) => value)
    expect(keys).toEqual(['a key for tests', 'a key for tests'])
    expect(recipe).not.toContain('\t')
  })

  it('shows only pictures that are there', () => {
    const pictures = [...readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(match => match[1] ?? '')
    expect(pictures.length).toBeGreaterThan(0)
    for (const picture of pictures)
      expect(readFileSync(new URL(`../${picture}`, import.meta.url)).length).toBeGreaterThan(0)
  })
})
