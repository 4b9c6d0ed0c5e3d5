import { afterEach, beforeEach, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { Authentication, ConfiguredHook, Signing } from '../../../core/hooks/hook.ts'
import { type Door, openDoor } from '../receiver/door.ts'
import { configuredHook, useSimulator } from './simulated.ts'

const place = useSimulator()
let door: Door
let hooks: ConfiguredHook[] = []
beforeEach(async () => {
  door = await openDoor({ hooks: () => hooks })
})
afterEach(() => door.close())

const authentications: readonly Authentication[] = [
  { kind: 'none' },
  { kind: 'basic', username: 'shop', password: 'open:sesame ü' },
]
const signings: readonly Signing[] = [
  { kind: 'none' },
  { kind: 'hmac', keys: [{ kind: 'source-key', key: 'the-source-key' }] },
  { kind: 'hmac', keys: [{ kind: 'signature-key', key: 'the signature key, ü' }] },
]
const spellings = catalogue.flatMap(entry => ('alternative' in entry ? [entry.type, entry.alternative] : [entry.type]))

it.each(authentications.flatMap(authentication => signings.map(signing => ({ authentication, signing }))))(
  'every event arrives and is verified: $authentication.kind, $signing',
  async ({ authentication, signing }) => {
    hooks = [configuredHook({ authentication, signing })]
    place.hooks = hooks.map(hook => ({ ...hook, customUrl: `http://127.0.0.1:${door.port}${hook.path}` }))
    const [first, ...rest] = spellings.map(type => ({ kind: 'event', type }) as const)
    if (!first) throw new Error('the catalogue is empty')
    const events = await place.sent({ items: [first, ...rest] })
    const deliveries = await door.stored(spellings.length)
    expect(events.every(({ state }) => state === 'delivered')).toBe(true)
    expect(new Set(deliveries.map(({ eventType }) => eventType))).toEqual(new Set(spellings))
    const key = signing.kind === 'hmac' ? signing.keys[0].kind : null
    const basic = authentication.kind === 'basic'
    const verdict = key === null && !basic ? { kind: 'unchecked' } : { kind: 'verified', key, basic }
    for (const delivery of deliveries) {
      expect(delivery.verdictDetail).toEqual(verdict)
      expect(delivery.notes.filter(note => note !== 'event-type-alternative')).toEqual([])
      expect(events.find(({ eventId }) => eventId === delivery.eventId)?.summary).toBe(delivery.summary)
    }
  },
)
