/** The structure that docs/contributing.md draws, held in figures; `npm run shape` prints them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { layers, shapeOf } from './helpers/shape.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const shape = shapeOf(root)
const filesIn = (folder: string) => shape.folders.get(folder) ?? []
const linesOf = (file: string) => readFileSync(path.join(root, file), 'utf8').split('\n').length - 1

/** What the browser loads before it shows anything: scripts and styles that the page names itself, gzipped. */
function shellBytes(): number {
  const ui = path.join(root, 'dist', 'ui')
  const page = readFileSync(path.join(ui, 'index.html'), 'utf8')
  const named = [...page.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.(?:js|css))"/g)].map(([, file = '']) => file)
  return named.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(ui, file))).length, 0)
}

const folders = [...shape.folders].sort(([, one], [, other]) => other.length - one.length)
const [fullest = ['', []]] = folders
const figures: readonly (readonly [what: string, figure: number, most: number, whose: string])[] = [
  ['loose files in core/', filesIn('core').length, 0, filesIn('core').join(' ')],
  ['loose files in server/', filesIn('server').length, 3, filesIn('server').join(' ')],
  ['files in the fullest folder', fullest[1].length, 35, fullest[0]],
  ['the longest chain of value imports', shape.chain.length, 16, shape.chain.join('\n    ')],
  [
    'exported names that more than one file has',
    shape.shared.size,
    20,
    [...shape.shared].map(([name, files]) => `${name}: ${files.join(', ')}`).join('\n    '),
  ],
  ['lines of biome.json', linesOf('biome.json'), 180, ''],
  ['bytes of the app shell, gzipped', shellBytes(), 57 * 1024, 'dist/ui'],
]

it.each(figures)('%s: %i of at most %i', (what, figure, most, whose) => {
  expect(figure, `${what}: ${whose}`).toBeLessThanOrEqual(most)
})

it('has no folder that only passes on what another does', () => {
  expect(['server/reach', 'cli/reach'].filter(folder => existsSync(path.join(root, folder)))).toEqual([])
})

it('has the layers that it says it has, and nothing else that is shipped', () => {
  const shipped = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory())
  expect(shipped.map(({ name }) => name)).toEqual(expect.arrayContaining([...layers]))
})

afterAll(() => {
  if (import.meta.env.MODE !== 'shape') return
  for (const [what, figure, most, whose] of figures) console.log(`${what}: ${figure} of at most ${most}\n    ${whose}`)
  console.log(`source lines: ${shape.lines}`)
})
