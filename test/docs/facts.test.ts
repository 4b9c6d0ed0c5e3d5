/** What the documentation says beside its generated parts: nothing that users need is left out, and what it names is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../cli/command-line.ts'
import { frameworkName, frameworks, frameworkWords } from '../../core/check/remedies.ts'
import { notes, rejections } from '../../core/deliveries/delivery.ts'
import { states } from '../../core/search/query.ts'
import { parseQuery } from '../../core/search/search.ts'
import { createApi } from '../../server/api/api.ts'
import type { Workspace } from '../../server/workspace.ts'
import { documentedCommands } from './help.ts'
import { flatTextOf, pages, root, textOf } from './pages.ts'

const everything = pages.map(textOf).join('\n')

describe('the README', () => {
  const readme = textOf('README.md')

  it('is read in a minute', () => expect(readme.split('\n').length).toBeLessThanOrEqual(121))

  it.each<[fact: string, said: RegExp]>([
    ['legacy accounts have to ask', /Legacy accounts have to ask the gateway's integration support/],
    ['the API Key is the Source Key', /calls API Key is the Source Key; the Signature Key stands at the bottom/],
  ])('says that %s', (_, said) => expect(flatTextOf('README.md')).toMatch(said))

  it('leads to every page for users', () => {
    const linked = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path]) => path)
    for (const page of ['quickstart', 'troubleshooting', 'comparison', 'security', 'contributing', 'README'])
      expect(linked).toContain(`docs/${page}.md`)
  })
})

describe('the page of events', () => {
  it.each<[fact: string, said: RegExp]>([
    ['a check sale is two families of events, and is booked once', /Book it once.*money in the bank/],
    ['a settlement is found by merchant and batchrefnum', /by merchant and `batchrefnum`.*not the settlement's `key`/],
    ['authcodes change', /`authcode` changes from step to step/],
    ['of 3xx the gateway says nothing', /timeout, 4xx and 5xx; of 3xx it says nothing/],
    ['the SDKs’ verifiers take a string', /before anything parses them, although the SDKs' verifiers take a string/],
    ['there are no addresses to allow', /publishes no addresses/],
    ['the vendor’s examples are no fixtures', /share event ids and are not all valid JSON/],
    ['a late settlement undoes no return', /`ach.settled` delivered late must not undo it/],
  ])('says that %s', (_, said) => expect(flatTextOf('docs/reference/events.md')).toMatch(said))
})

it('the quickstart leads to the sandbox', () => {
  expect(textOf('docs/quickstart.md')).toContain('[Make a sale in the sandbox](guides/sandbox.md)')
})

describe('the reference', () => {
  it.each([...Object.keys(rejections), ...Object.keys(notes)])('names the code %s', code => {
    expect(textOf('docs/reference/verdicts.md')).toContain(`\`${code}\``)
  })

  it('says what each value of is: finds', () => {
    const [, section = ''] = textOf('docs/reference/search.md').split('## Values of `is:`')
    const rows = section.split('\n## ')[0]?.split('\n') ?? []
    const named = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([\w-]+)`/g)].map(([, state]) => state))
    expect(named.sort()).toEqual([...states].sort())
  })

  it('has every stack that there is code for, with its other names', () => {
    const table =
      /<!-- table: stacks -->\n([\s\S]+?)<!-- \/table -->/.exec(textOf('docs/reference/check.md'))?.[1] ?? ''
    const rows = table.split('\n').slice(2, -1)
    const cells = rows.map(row => row.split('|').slice(1, 3))
    expect(cells.map(pair => pair.map(cell => cell.trim()))).toEqual(
      frameworks.map(name => [
        frameworkName(name),
        frameworkWords(name)
          .map(word => `\`${word}\``)
          .join(' '),
      ]),
    )
  })

  it('names every route of the API', () => {
    // Only its table of routes is read; nothing behind it is called.
    const { routes } = createApi({ workspace: {} as Workspace, log: () => undefined })
    const ends = routes.map(({ path }) =>
      path
        .replace(/\/\*$/, '')
        .split('/')
        .filter(part => !part.startsWith(':'))
        .at(-1),
    )
    expect(ends).toContain('deliveries')
    for (const end of new Set(ends)) expect(textOf('docs/reference/api.md')).toMatch(new RegExp(`/${end}\\b`))
  })

  it('has a section for every command', () => {
    for (const { words } of documentedCommands())
      if (words !== '') expect(textOf('docs/reference/command-line.md')).toContain(`# hookscope ${words}\n`)
  })
})

describe('the searches', () => {
  const cells = (textOf('docs/reference/search.md').split('## Examples')[1] ?? '').matchAll(/^\| `([^`]+)` \|/gm)
  const inGuide = /## Search\n[\s\S]*?\n## /.exec(textOf('docs/guides/inspector.md'))?.[0] ?? ''
  const shown = [...inGuide.matchAll(/`([^`\n]+)`/g), ...inGuide.matchAll(/^```text\n(.+)\n```$/gm)]
  const queries = [...cells, ...shown]
    .map(([, query = '']) => query)
    .filter(query => query.length > 1 && !query.startsWith('hookscope'))

  it('are there', () => expect(queries.length).toBeGreaterThan(20))
  it.each(queries)('%s is one', query => expect(parseQuery(query)).toMatchObject({ ok: true }))
})

describe('the recipe for GitHub Actions', () => {
  const recipe = /```yaml\n# \.github\/workflows\/[\s\S]*?```/.exec(textOf('docs/guides/check.md'))?.[0] ?? ''

  it('runs a check', () => {
    const words = /- run: npx --yes hookscope (.+)/.exec(recipe)?.[1]?.split(' ') ?? []
    expect(readCommandLine(words, process)).toMatchObject({
      command: 'check',
      options: { url: 'http://localhost:3000/webhooks', html: 'report.html', junit: 'report.xml', yes: false },
    })
    expect(recipe).not.toContain('\t')
  })

  it('gives the app and the check one key', () => {
    const keys = [...recipe.matchAll(/^ {6}(?:WEBHOOK_KEY|HOOKSCOPE_SIGNATURE_KEY): (.+)$/gm)].map(([, key]) => key)
    expect(keys).toEqual(['a key for tests', 'a key for tests'])
  })
})

/** The anchor that code hosts make of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

describe.each(pages)('%s', page => {
  const text = textOf(page)
  const links = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const local = links.filter(link => !/^https?:/.test(link))

  it('links to files and headings that are there', () => {
    for (const link of local) {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      expect(existsSync(join(root, file)), link).toBe(true)
      if (anchor === undefined) continue
      const headings = [...readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        anchorOf(heading),
      )
      expect(headings, link).toContain(anchor)
    }
  })

  it('begins with its title, and has no other', () => {
    expect(text.replace(/```[\s\S]*?```/g, '').match(/^# .+$/gm)).toEqual([text.split('\n')[0]])
  })
})

it('every page is linked from another', () => {
  const linked = pages.flatMap(page =>
    [...textOf(page).matchAll(/\]\(([^)\s#]+)/g)].map(([, link = '']) =>
      join(dirname(page), link).replaceAll('\\', '/'),
    ),
  )
  for (const page of pages) if (page !== 'README.md') expect(linked).toContain(page)
})

it('every file and folder of the project that the pages name is there', () => {
  const named = [...everything.matchAll(/`((?:core|server|cli|ui|test)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(100)
  expect([...new Set(named)].filter(path => !existsSync(join(root, path)))).toEqual([])
})

it('the map has every folder', () => {
  const map = textOf('docs/contributing.md')
  const folders = ['core', 'server', 'cli', 'ui'].flatMap(side =>
    readdirSync(join(root, side), { withFileTypes: true }).flatMap(entry =>
      entry.isDirectory() ? [`${side}/${entry.name}/`] : [],
    ),
  )
  // Files that a page or a build needs at a fixed place.
  const left = ['ui/public/', 'ui/pictures/']
  expect(folders.filter(folder => !left.includes(folder) && !map.includes(`\`${folder}\``))).toEqual([])
})

it('every finding is listed, and says what, at which version, expected and seen', () => {
  const scripts = readdirSync(join(root, 'findings')).filter(name => name.endsWith('.sh'))
  for (const script of scripts) {
    expect(textOf('findings/README.md')).toContain(`](${script})`)
    const lines = readFileSync(join(root, 'findings', script), 'utf8').split('\n')
    const labels = lines.map(line => /^# (What|Version|Expected|Seen):/.exec(line)?.[1]).filter(Boolean)
    expect([script, ...labels]).toEqual([script, 'What', 'Version', 'Expected', 'Seen'])
  }
})
