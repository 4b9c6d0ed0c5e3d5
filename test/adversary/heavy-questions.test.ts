import { afterEach, expect, test } from 'vitest'
import { type RunningCommand, startListening } from '../helpers/command.ts'
import { type Control, expectUnhurt, goodWhile, openControl, peakMemory, sendHostile } from './beside.ts'
import { everyPiece, type HeavyBody, packedBody, plainBody } from './heavy-bodies.ts'

const key = 'a-key-of-the-adversary'
const token = 'token-of-the-adversary'
const isLong = import.meta.env.MODE === 'soak'

let command: RunningCommand
let control: Control
afterEach(async () => {
  control.close()
  await command.stop('SIGKILL')
})

const megabyte = 1024 * 1024
const wrong: readonly [string, string] = ['X-Signature', '0'.repeat(64)]
const pieces = isLong ? everyPiece : (['card numbers'] as const)
const kinds: readonly HeavyBody[] = pieces.flatMap(piece => [
  plainBody(piece, megabyte),
  packedBody(piece, megabyte, 'gzip'),
])
/** A simulated event of 20,000 fields, a thousand of which are replaced. */
const manyChanges = {
  items: [
    {
      kind: 'body',
      text: JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, 1]))),
      set: Array.from({ length: 1000 }, (_, n) => ({ path: `f${n}`, value: 2 })),
    },
  ],
  ...{ recipients: { kind: 'subscribed' }, count: 1, rate: null, seed: 1 },
  ...{ retries: 'off', clock: { kind: 'instant' }, weather: {} },
}

test('what is asked about a body that is much, or with one, holds up no good delivery', {
  timeout: 600_000,
}, async () => {
  command = startListening([], { env: { HOOKSCOPE_SIGNATURE_KEY: key, HOOKSCOPE_TOKEN: token } })
  control = await openControl()
  const ready = await command.waitForLine('ready')
  const [hook] = ready.hooks
  if (hook === undefined) throw new Error('no hook')
  const { pathname } = new URL(hook.localUrl)
  const ask = async (path: string, body?: string) => {
    const answer = await fetch(new URL(path, ready.inspectorUrl), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const unhurt = async (what: string, asked: Promise<number>, status: number) => {
    const [here, there] = await Promise.all([hook.localUrl, control.url].map(url => goodWhile(url, key, asked)))
    if (here === undefined || there === undefined) throw new Error('two were asked')
    expectUnhurt(what, { here, there, memory: peakMemory(command.pid) })
    expect(await asked, what).toBe(status)
  }
  let last = 0
  for (const { name, headers, body } of kinds) {
    const signed = { name, body, headers: [...headers, wrong] }
    await sendHostile(hook.localUrl, { path: pathname, bodies: [signed] })
    const { id } = await command.waitForLine('delivery', line => line.bytes === body.length && line.id > last)
    last = id
    await unhurt(`The detail of ${name}`, ask(`/api/deliveries/${id}`), 200)
    await unhurt(`NDJSON of ${name}`, ask(`/api/deliveries/export?ids=${id}&format=ndjson`), 200)
    await unhurt(`CSV of ${name}`, ask(`/api/deliveries/export?ids=${id}&format=csv`), 200)
    await unhurt(`A sample of ${name}`, ask('/api/samples', JSON.stringify({ delivery: id, name: 'one' })), 422)
    await unhurt(`A replay of ${name}`, ask(`/api/deliveries/${id}/replay/preview`, '{"target":"3000"}'), 200)
  }
  await unhurt('A thousand changes', ask('/api/simulations/preview', JSON.stringify(manyChanges)), 200)
  await unhurt('A request of 32 MB', ask('/api/deliveries/pin', ' '.repeat(32 * megabyte)), 413)
  expect(command.stderr()).not.toContain('met an error')
})
