/** The parts of the documentation that are made from the program's own data, as Markdown. `npm run docs` writes them. */
import { probeGroups, scoreRule } from '../../core/check/finding.ts'
import { probes } from '../../core/check/probes.ts'
import { notes, rejections } from '../../core/deliveries/delivery.ts'
import { signatureCauses } from '../../core/deliveries/diagnosis.ts'
import { catalogue, familyLabels } from '../../core/events/catalogue.ts'
import { scenarios } from '../../core/events/generator/scenarios.ts'
import { sandbox, sandboxRemarks } from '../../core/events/sandbox.ts'
import { searchFieldNames, searchFields } from '../../core/search/search-fields.ts'
import { faultKinds } from '../../core/simulate/faults.ts'
import { ways } from '../../core/tunnels/ways.ts'
import { commandsPart, exitCodesPart } from './command-parts.ts'
import { configPart } from './config-part.ts'
import { code, table } from './markdown.ts'

const rejectionsPart = () =>
  table(
    ['code', 'what it means', 'what to do'],
    Object.entries(rejections).map(([name, { title, advice }]) => [code(name), title, advice]),
  )

const flagsPart = () =>
  table(
    ['code', 'what it means', 'what to know'],
    Object.entries(notes).map(([name, { title, advice }]) => [code(name), title, advice]),
  )

const causesPart = () =>
  table(
    ['cause', 'what it means', 'how to fix it'],
    Object.entries(signatureCauses).map(([name, { what, remedy }]) => [code(name), what, remedy]),
  )

const eventsPart = () =>
  table(
    ['event', 'family', 'sent when'],
    catalogue.map(entry => {
      const spelling = 'alternative' in entry ? ` (also ${code(entry.alternative)})` : ''
      return [code(entry.type) + spelling, familyLabels[entry.family], entry.when]
    }),
  )

const sandboxPart = () => {
  const rows = sandbox.map(({ see, how, hour, events }) => [see, how, hour, events.map(code).join(' ') || '–'])
  return [table(['to see', 'do this', 'when', 'brings'], rows), '', ...sandboxRemarks].join('\n')
}

const faultsPart = () =>
  table(
    ['fault', 'what it does'],
    faultKinds.map(({ kind, what }) => [code(kind), what]),
  )

const scenariosPart = () =>
  table(
    ['scenario', 'what happens', 'events'],
    scenarios.map(({ name, what, steps }) => [code(name), what, steps.map(code).join(' ')]),
  )

const probesPart = () => {
  const groups = Object.entries(probeGroups).map(([group, title]) => `${code(group)} (${title})`)
  const rows = probes.map(({ id, group, pass, severity }) => [code(id), code(group), pass, severity])
  return [`Groups: ${groups.join(', ')}.`, '', table(['probe', 'group', 'what should be true', 'severity'], rows)].join(
    '\n',
  )
}

/** So many values are listed in a table; of more, the completion in the inspector shows all. */
const mostListed = 30

const searchPart = () =>
  table(
    ['field', 'what it looks for', 'example', 'values'],
    searchFieldNames.map(name => {
      const { detail, example, proposals } = searchFields[name]
      const values = proposals.length > mostListed ? [] : proposals.map(({ value }) => code(value))
      return [code(`${name}:`), detail, code(`${name}:${example}`), values.join(' ')]
    }),
  )

const tunnelsPart = () =>
  table(
    ['way', 'the same URL at each start', 'what you need', 'who sees the deliveries', 'limits'],
    ways.map(({ command, stable, account, program, seenBy, limits }) => [
      code(command),
      stable,
      [account ?? 'no account', ...(program === null ? [] : [`the program ${code(program)}`])].join('; '),
      seenBy,
      limits,
    ]),
  )

/** By the name that stands in a page, as `<!-- generated: NAME -->`. */
export const parts: Readonly<Record<string, () => string>> = {
  causes: causesPart,
  commands: commandsPart,
  config: configPart,
  events: eventsPart,
  'exit-codes': exitCodesPart,
  faults: faultsPart,
  flags: flagsPart,
  probes: probesPart,
  rejections: rejectionsPart,
  sandbox: sandboxPart,
  scenarios: scenariosPart,
  score: () => scoreRule,
  search: searchPart,
  tunnels: tunnelsPart,
}

const marked = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g

/** The page as it should be: what stands between the marks of a part is made anew. @throws for a part that there is not */
export const withParts = (page: string): string =>
  page.replace(marked, (_, start: string, name: string, end: string) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`There is no part called ${name}`)
    return `${start}${part()}\n${end}`
  })

/** The names of the parts in a page. */
export const partsIn = (page: string): readonly string[] => [...page.matchAll(marked)].map(([, , name = '']) => name)
