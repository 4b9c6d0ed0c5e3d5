/** Hooks, what became of them and of verdicts, and settings: all by the clock that is handed in. */
import { describe, expect, it } from 'vitest'
import type { MockResponse } from '../../../../core/hooks/mock-response.ts'
import type { StoredHook } from '../../../../server/store/hooks.ts'
import { arrival } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

const hook: StoredHook = {
  id: 'main',
  label: 'My shop',
  path: '/in/abc',
  savedSecrets: { basicAuth: { username: 'u', password: 'p' }, signatureKey: 'k', sourceKey: null },
  customUrl: 'https://shop.example/in',
  events: ['ach.settled'],
  rehearsal: null,
  forward: ['ach.*=http://localhost:3001/'],
  createdAt: 1_790_000_000_000,
}

export function hookContract(place: ContractPlace): void {
  describe('hooks and settings', () => {
    it('last', async () => {
      await place.store.hooks.save({ ...hook, label: 'Old' })
      await place.store.hooks.save(hook)
      await place.store.settings.set('subdomain', 'brave-fox')
      await place.store.settings.set('gone', 'x')
      await place.store.settings.set('gone', null)
      const store = await place.reopen()
      expect(await store.hooks.list()).toEqual([hook])
      expect(await store.settings.get('subdomain')).toBe('brave-fox')
      expect(await store.settings.get('gone')).toBeNull()
    })

    it('a hook that is removed can be restored; its deliveries stay', async () => {
      const { hooks, deliveries } = place.store
      const other = { ...hook, id: 'other', path: '/in/def', createdAt: hook.createdAt - 1 }
      await hooks.save(hook)
      await hooks.save(other)
      const id = await deliveries.append(arrival({ hook: 'main' }))
      await deliveries.settled()
      expect([await hooks.remove('main'), await hooks.remove('main')]).toEqual([true, false])
      expect([await hooks.list(), await hooks.removed()]).toEqual([[other], [hook]])
      expect(await deliveries.get(id)).toMatchObject({ hook: 'main' })
      expect(await deliveries.countOfHook('main')).toBe(1)
      expect([await hooks.restore('main'), await hooks.restore('main')]).toEqual([true, false])
      expect(await hooks.list()).toEqual([other, hook])
    })

    it('one of an id is there once, whoever adds it', async () => {
      const { hooks } = place.store
      expect(await Promise.all([hooks.add(hook), hooks.add({ ...hook, path: '/in/def' })])).toEqual([true, false])
      expect((await hooks.list()).map(({ path }) => path)).toEqual([hook.path])
      await hooks.remove('main')
      expect(await hooks.add({ ...hook, path: '/in/ghi' })).toBe(false)
      expect(await hooks.list()).toEqual([])
    })

    it('what a mock response still has to count is counted once each, also at the same time', async () => {
      const { hooks } = place.store
      const rehearsal: MockResponse = {
        ...{ status: 200, headers: [], body: '', delayMs: 0, failWith: { kind: 'status', status: 503 } },
        failures: { kind: 'next', left: 5 },
      }
      await hooks.save({ ...hook, rehearsal })
      const count = () =>
        hooks.countMockResponse('main', now => {
          if (now?.failures.kind !== 'next') return { after: now, counted: null }
          const { left } = now.failures
          return { after: { ...now, failures: { kind: 'next', left: left - 1 } }, counted: left }
        })
      const counted = await Promise.all([count(), count(), count()])
      expect([...counted].sort()).toEqual([3, 4, 5])
      const store = await place.reopen()
      expect((await store.hooks.list())[0]?.rehearsal?.failures).toEqual({ kind: 'next', left: 2 })
      expect(await store.hooks.countMockResponse('none', now => ({ after: now, counted: now }))).toBeNull()
    })

    it('what became of a hook is told in order, each with its time', async () => {
      const { hooks } = place.store
      const entry = { kind: 'reverified', checked: 3, changed: 1, reason: 'a test' } as const
      const before = place.now()
      await hooks.addHistory('main', entry)
      place.pass(60_000)
      await hooks.addHistory('main', { ...entry, changed: 2 })
      expect(await hooks.history('main')).toEqual([
        { at: new Date(before).toISOString(), entry },
        { at: new Date(before + 60_000).toISOString(), entry: { ...entry, changed: 2 } },
      ])
      expect(await hooks.history('other')).toEqual([])
    })
  })

  describe('the deliveries of a hook', () => {
    it('come oldest first, with what it takes to judge them again, and their earlier verdicts are kept', async () => {
      const { deliveries, edits } = place.store
      const ids: number[] = []
      for (const of of ['main', 'other', 'main']) ids.push(await deliveries.append(arrival({ hook: of, body: '{}' })))
      const upTo = await deliveries.newest()
      const [first = 0, , third = 0] = ids
      const page = await deliveries.ofHook('main', 0, upTo)
      expect(page.deliveries.map(({ id, verdict }) => [id, verdict.kind])).toEqual([
        [first, 'unchecked'],
        [third, 'unchecked'],
      ])
      expect(Buffer.from(page.deliveries[0]?.body ?? []).toString()).toBe('{}')
      expect(await deliveries.ofHook('main', page.next ?? 0, upTo)).toEqual({ deliveries: [], next: null })

      const verdict = { kind: 'verified', key: 'signature-key', basic: false } as const
      place.pass(1000)
      await edits.setVerdicts([{ id: first, verdict }], 'the key was corrected')
      expect(await edits.verdictHistory(first)).toEqual([
        {
          at: new Date(place.now()).toISOString(),
          before: { kind: 'unchecked' },
          after: verdict,
          reason: 'the key was corrected',
        },
      ])
      expect(await edits.verdictHistory(third)).toEqual([])
    })
  })
}
