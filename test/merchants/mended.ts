/** The code that the readiness check hands out, put together as its first lines say: a whole endpoint, in a file of its own. */
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RemedyName, remedies } from '../../core/remedies.ts'
import { emptyFolder } from '../helpers/command.ts'

/** What the route does with an event. */
export type Act = Extract<RemedyName, 'once' | 'answerFirst' | 'unknownTypes'>
export type NodeFramework = 'express' | 'hono'

const around: Readonly<Record<NodeFramework, { readonly before: string; readonly after: string }>> = {
  express: {
    before: `import express from 'express'
const app = express()
app.get('/orders', (_, res) => res.json(orders()))`,
    after: `const server = app.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`,
  },
  hono: {
    before: `import { Hono } from 'hono'
import { serve } from '@hono/node-server'
const app = new Hono()
app.get('/orders', c => c.json(orders()))`,
    after: `serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log('port', port))`,
  },
}

/** What is the reader's own: a database, what an event does, and the worker that comes later. */
const own = `import Database from 'better-sqlite3'
const sqlite = new Database(':memory:')
sqlite.exec('CREATE TABLE seen (event_id text PRIMARY KEY)')
sqlite.exec('CREATE TABLE inbox (event_id text PRIMARY KEY, body blob, done integer DEFAULT 0)')
sqlite.exec('CREATE TABLE orders (event_id text)')
const orders = () => sqlite.prepare('SELECT count(*) FROM orders').pluck().get()
const query = async (sql, values) => {
  const named = Object.fromEntries(values.map((value, index) => [index + 1, value]))
  return { rowCount: sqlite.prepare(sql).run(named).changes }
}
let before = Promise.resolve()
const db = {
  query,
  // One connection: its transactions wait for each other.
  transaction(work) {
    const run = before.then(async () => {
      sqlite.exec('BEGIN')
      try {
        await work({ query })
        sqlite.exec('COMMIT')
      } catch (error) {
        sqlite.exec('ROLLBACK')
        throw error
      }
    })
    before = run.catch(() => {})
    return run
  },
}
const insert = sqlite.prepare('INSERT INTO orders VALUES (?)')
const sale = (event_id, event_type) => event_type === 'transaction.sale.success' && insert.run(event_id)
const apply = async (_, { event_id, event_type }) => sale(event_id, event_type)
const order = sqlite.prepare('INSERT INTO orders SELECT $id WHERE NOT EXISTS (SELECT 1 FROM orders WHERE event_id = $id)')
const handlers = { 'transaction.sale.success': async ({ event_id }) => order.run({ id: event_id }) }
const undone = sqlite.prepare('UPDATE inbox SET done = 1 WHERE done = 0 RETURNING event_id, body')
setInterval(() => {
  for (const { event_id, body } of undone.all()) sale(event_id, JSON.parse(body).event_type)
}, 20)`

/** Puts code where a line stands, as far indented. @throws when there is no such line */
function inPlaceOf(line: RegExp, code: string, by: string): string {
  const found = new RegExp(`^( *)${line.source}\\n`, 'm').exec(code)
  if (found === null) throw new Error(`There is no line ${line} in:\n${code}`)
  const indented = by.replace(/^(?=.)/gm, found[1] ?? '')
  return code.replace(found[0], () => `${indented}\n`)
}

/** Modules whose names several pieces import are imported once, as an editor would do it. */
function mergeImports(code: string): string {
  const names = new Map<string, Set<string>>()
  const rest = code.replace(/^import \{ (.+) \} from '(.+)'\n/gm, (_, list: string, module: string) => {
    names.set(module, new Set([...(names.get(module) ?? []), ...list.split(', ')]))
    return ''
  })
  const imports = [...names].map(([module, list]) => `import { ${[...list].join(', ')} } from '${module}'`)
  return [...imports, rest].join('\n')
}

/** @returns the path of a program that says `port N`, and tells at /orders how many it has */
export function mendedEndpoint(framework: NodeFramework, act: Act): string {
  const { before, after } = around[framework]
  const code = (name: RemedyName) => remedies[name][framework]
  const parsed = inPlaceOf(/const event = JSON\.parse\(.+\)/, code('signature'), code('brokenJson'))
  const route = inPlaceOf(/\/\/ … what is done with it\n.*200\)/, parsed, code(act))
  const parts = [own, before, code('credentials'), route, code('postOnly'), code('quietErrors'), after]
  const folder = emptyFolder()
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'), 'junction')
  const file = join(folder, 'endpoint.mjs')
  writeFileSync(file, mergeImports(parts.join('\n\n')))
  return file
}
