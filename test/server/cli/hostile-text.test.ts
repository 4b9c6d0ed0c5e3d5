/** What strangers wrote, in what commands print: nothing of it steers the terminal, with --json or without. */
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { openSamples } from '../../../server/sender/simulate/samples.ts'
import { openStore } from '../../../server/store/sqlite.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { runHere } from '../../helpers/here.ts'
import { portApart } from '../../helpers/ports.ts'

const db = join(emptyFolder(), 'x.db')
const steers = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u
const hostile = '\u001b]0;owned\u0007\u009b2J\u202e\u061c'
let nowhere = ''

beforeAll(async () => {
  nowhere = `http://127.0.0.1:${await portApart()}/`
  const store = openStore({ path: db })
  const body = { type: 'event', event_type: `ach.${hostile}`, event_body: { object: { [hostile]: hostile } } }
  const id = await store.append(arrival({ body: JSON.stringify(body) }))
  await openSamples({ store }).save(id, 'hostile')
  await store.close()
})

it.each([
  'samples list',
  'samples list --json',
  'samples show hostile',
  'samples show hostile --fields',
  'samples show hostile --fields --json',
  'trigger --list',
  'trigger --list --json',
  'trigger hostile --dry-run',
  'trigger hostile --dry-run --json',
  'trigger hostile',
  'trigger hostile --json',
  'complete bash -- hookscope\ttrigger\thostile\t--set\tevent_body',
])('%s', async line => {
  const words = line.split(' ').map(word => word.replaceAll('\t', ' '))
  const to = words[0] === 'trigger' && !words.includes('--list') ? ['--to', nowhere] : []
  const { stdout, stderr } = await runHere([...words, ...to], { env: { HOOKSCOPE_DB: db } })
  const told = stdout + stderr
  expect(told).not.toBe('')
  expect(told.replaceAll('\n', '')).not.toMatch(steers)
})
