import { afterEach, expect, test } from 'vitest'
import { type RunningCommand, startListening } from '../helpers/command.ts'
import { openGateway } from '../helpers/gateway.ts'
import { type Control, expectUnhurt, goodWhile, openControl, peakMemory, sendHostile } from './beside.ts'
import { everyPacking, everyPiece, type HeavyBody, packedBody, plainBody } from './heavy-bodies.ts'

const key = 'a-key-of-the-adversary'
const isLong = import.meta.env.MODE === 'soak'

let command: RunningCommand
let control: Control
afterEach(async () => {
  control.close()
  await command.stop('SIGKILL')
})

const whole = 1024 * 1024
const unpacked = 8 * whole
const times = (count: number, body: HeavyBody) => Array.from({ length: count }, () => body)
const kinds: readonly (readonly [name: string, bodies: readonly HeavyBody[]])[] = isLong
  ? everyPiece.flatMap(piece => [
      [`plain ${piece}`, times(20, plainBody(piece, whole))],
      [`packed ${piece}`, everyPacking.flatMap(packing => times(5, packedBody(piece, unpacked, packing)))],
    ])
  : [
      [
        'a few of the worst',
        [
          ...times(3, plainBody('card numbers', whole)),
          ...times(3, plainBody('brackets', whole)),
          ...times(3, packedBody('zeros', unpacked, 'br')),
          ...times(3, packedBody('tracks', unpacked, 'gzip')),
        ],
      ],
    ]

test('a body that is much to look into holds up no good delivery, nor fills the memory', {
  timeout: 600_000,
}, async () => {
  command = startListening([], { env: { HOOKSCOPE_SIGNATURE_KEY: key } })
  control = await openControl()
  const [hook] = (await command.waitForLine('ready')).hooks
  if (hook === undefined) throw new Error('no hook')
  const gateway = openGateway({ url: hook.localUrl, key })
  const { pathname } = new URL(hook.localUrl)
  const senders = [
    { name: 'signed', path: pathname, key },
    { name: 'unsigned', path: pathname },
    { name: 'to no hook', path: '/nobody' },
  ]
  for (const { name: sender, ...from } of senders) {
    for (const [name, bodies] of kinds) {
      const last = `${sender} ${name}`
      const sent = async () => {
        await sendHostile(hook.localUrl, { ...from, bodies })
        await gateway.post({ type: 'event', event_type: 'last', event_id: last })
        await command.waitForLine('delivery', line => line.eventId === last)
      }
      const here = await goodWhile(hook.localUrl, key, sent())
      const there = await goodWhile(control.url, key, sendHostile(control.url, { ...from, bodies }))
      expectUnhurt(last, { here, there, memory: peakMemory(command.pid) })
    }
  }
  gateway.close()
  expect(command.stderr()).not.toContain('met an error')
})
