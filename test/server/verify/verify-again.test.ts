/** Stored deliveries judged again, on a real store. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Verdict } from '../../../core/deliveries/delivery.ts'
import type { Hook, VerificationJob } from '../../../core/hooks/hook.ts'
import type { StartedSecrets } from '../../../server/config/secrets.ts'
import { noSecrets } from '../../../server/hooks/active.ts'
import { type Hooks, openHooks } from '../../../server/hooks/hooks.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { sign } from '../../../server/verify/signature.ts'
import { openVerifications, type Verifications } from '../../../server/verify/verify-again.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()

const wrong: Verdict = { kind: 'rejected', reasons: ['signature-wrong'] }
let events = 0
/** Another event each time, signed with a key; and what was concluded then. */
function signed(key: string, verdict: Verdict, hook = 'main') {
  const body = Buffer.from(JSON.stringify(saleEvent({ id: String(++events).padStart(64, '0') })))
  const headers = [['X-Signature', sign(key, body)]] as const
  return arrival({ hook, body, verdict, headers, status: verdict.kind === 'rejected' ? 401 : 200 })
}

const append = (...arrivals: ReturnType<typeof arrival>[]) =>
  Promise.all(arrivals.map(one => place.store.deliveries.append(one)))

function ended(hooks: Hooks, id: string): Promise<VerificationJob> {
  return new Promise(resolve => {
    const look = () => {
      const job = hooks.verifications().find(one => one.id === id)
      if (job && job.state !== 'running') resolve(job)
    }
    hooks.onChange(look)
    look()
  })
}

describe('checking stored deliveries again', () => {
  it('groups an event anew, however many deliveries it has', async () => {
    const one = signed('new-key', wrong)
    const ids = await append(...Array.from({ length: 250 }, () => one))
    await place.store.deliveries.settled()
    const hooks = await openHooks(place.store, noSecrets, null)
    await hooks.change('main', { signature: { kind: 'signature-key', key: 'new-key' } })
    const job = await ended(hooks, (await hooks.verifyAgain('main', 'a test')).id)
    expect(job).toMatchObject({ changed: 250, state: 'done' })
    const [last] = await place.store.deliveries.summaries(ids.slice(-1))
    expect(last).toMatchObject({ verdict: 'verified', retryOf: ids[0], tries: 250, superseded: false })
    expect(place.rows('SELECT id FROM delivery WHERE superseded = 0')).toEqual([{ id: ids.at(-1) }])
  })

  it('gives each the verdict of the new key, says how far it is, and history says when and why', async () => {
    const ids = await append(
      signed('new-key', wrong),
      signed('old-key', { kind: 'verified', key: 'signature-key', basic: false }),
      signed('third-key', wrong),
      signed('new-key', wrong, 'other'),
    )
    await place.store.deliveries.settled()
    const hooks = await openHooks(place.store, noSecrets, null)
    await hooks.change('main', { signature: { kind: 'signature-key', key: 'new-key' } })
    const cursor = place.store.changes.cursor()
    const job = await hooks.verifyAgain('main', 'the Signature Key was changed')
    expect(job).toMatchObject({ hook: 'main', total: 3, checked: 0, changed: 0, state: 'running' })
    expect(await ended(hooks, job.id)).toMatchObject({
      total: 3,
      checked: 3,
      changed: 2,
      nowVerified: 1,
      noLongerVerified: 1,
      state: 'done',
    })
    const verdicts = (await place.store.deliveries.summaries(ids)).map(({ verdict }) => verdict)
    expect(verdicts).toEqual(['verified', 'rejected', 'rejected', 'rejected'])
    const told = await place.store.changes.after(cursor, 100)
    expect(
      told.kind === 'changes' && told.changes.map(change => change.kind === 'delivery' && change.delivery.id),
    ).toEqual([ids[0], ids[1]])
    expect(await place.store.edits.verdictHistory(ids[0] ?? 0)).toEqual([
      {
        at: '2026-11-23T12:00:00.000Z',
        before: wrong,
        after: { kind: 'verified', key: 'signature-key', basic: false },
        reason: 'the Signature Key was changed',
      },
    ])
    expect(await place.store.edits.verdictHistory(ids[2] ?? 0)).toEqual([])
    expect((await hooks.history('main')).at(-1)?.entry).toEqual({
      kind: 'reverified',
      checked: 3,
      changed: 2,
      nowVerified: 1,
      noLongerVerified: 1,
      reason: 'the Signature Key was changed',
    })
  })

  it('keeps what the gateway was answered, and the verdict on a body that never came whole', async () => {
    const tooLarge: Verdict = { kind: 'rejected', reasons: ['body-too-large'] }
    const ids = await append(signed('k', wrong), arrival({ verdict: tooLarge, status: 413, body: new Uint8Array() }))
    const hooks = await openHooks(place.store, { ...noSecrets, signatureKey: 'k' }, null)
    const done = await ended(hooks, (await hooks.verifyAgain('main', 'x')).id)
    expect(done).toMatchObject({ checked: 2, changed: 1 })
    const after = await place.store.deliveries.summaries(ids)
    expect(after.map(({ status, verdict }) => [status, verdict])).toEqual([
      [401, 'verified'],
      [413, 'rejected'],
    ])
  })

  it('finds those that are not indexed yet, and leaves deleted ones alone', async () => {
    const [gone] = await append(signed('k', wrong))
    await place.store.edits.remove([gone ?? 0])
    const late = append(...Array.from({ length: 300 }, () => signed('k', wrong)))
    const hooks = await openHooks(place.store, { ...noSecrets, signatureKey: 'k' }, null)
    expect(await ended(hooks, (await hooks.verifyAgain('main', 'x')).id)).toMatchObject({
      total: 300,
      checked: 300,
      changed: 300,
    })
    await late
    const facets = await place.store.deliveries.facets()
    expect(facets.verdicts).toMatchObject({ verified: 300, rejected: 0 })
  })

  it('ends when there is nothing to check', async () => {
    const hooks = await openHooks(place.store, noSecrets, null)
    expect(await ended(hooks, (await hooks.verifyAgain('main', 'x')).id)).toMatchObject({
      total: 0,
      checked: 0,
      state: 'done',
    })
    expect((await hooks.history('main')).map(({ entry }) => entry.kind)).toEqual(['added'])
  })

  it('remembers the last few that ended', async () => {
    const hooks = await openHooks(place.store, noSecrets, null)
    for (let index = 0; index < 8; index++) await ended(hooks, (await hooks.verifyAgain('main', 'x')).id)
    expect(hooks.verifications().map(({ id }) => id)).toEqual(['4', '5', '6', '7', '8'])
  })

  it('drops the history with its delivery', async () => {
    const [id = 0] = await append(signed('k', wrong))
    await place.store.edits.setVerdicts([{ id, verdict: { kind: 'unchecked' } }], 'x')
    expect(await place.store.edits.verdictHistory(id)).toHaveLength(1)
    await place.store.edits.remove([id])
    await place.store.retention.purge({ count: null, days: null, bytes: null })
    expect(place.rows('SELECT * FROM verdict_history')).toEqual([])
  })
})

describe('a check that is cancelled', () => {
  const hook: Hook = {
    id: 'main',
    label: 'Main',
    path: '/in',
    authentication: { kind: 'none' },
    signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key: 'k' }] },
  }

  /** Jobs of which the first is cancelled as soon as it has judged something. */
  async function cancelled(cancel: (verifications: Verifications, id: string) => unknown) {
    await append(...Array.from({ length: 600 }, () => signed('k', wrong)))
    await place.store.deliveries.settled()
    let first: string | undefined
    const verifications: Verifications = openVerifications(place.store, () => {
      const job = verifications.jobs().find(({ id }) => id === first)
      if (job && job.state === 'running' && job.checked > 0 && job.checked < 600) cancel(verifications, job.id)
      for (const done of [...waiting]) done()
    })
    const waiting = new Set<() => void>()
    const over = (id: string) =>
      new Promise<VerificationJob>(resolve => {
        const look = () => {
          const job = verifications.jobs().find(one => one.id === id)
          if (job && job.state !== 'running') resolve(job)
        }
        waiting.add(look)
        look()
      })
    first = (await verifications.start(hook, 'x', true)).id
    return { verifications, first: await over(first), over }
  }

  it('stops where it is; what was judged stays', async () => {
    const { first, verifications } = await cancelled((all, id) => expect(all.cancel(id)).toBe(true))
    expect(first.state).toBe('cancelled')
    expect(first.checked).toBeLessThan(600)
    expect((await place.store.deliveries.facets()).verdicts.verified).toBe(first.changed)
    expect(verifications.cancel(first.id)).toBe(false)
    expect(verifications.cancel('none')).toBe(false)
    expect((await place.store.hooks.history('main')).at(-1)?.entry).toMatchObject({ checked: first.checked })
  })

  it('gives way to another of the same hook', async () => {
    let second: string | undefined
    let isAsked = false
    const { first, verifications, over } = await cancelled(async all => {
      if (isAsked) return
      isAsked = true
      second = (await all.start(hook, 'y', true)).id
    })
    expect(first.state).toBe('cancelled')
    expect(await over(second ?? '')).toMatchObject({ state: 'done', checked: 600 })
    await verifications.close()
    expect((await place.store.deliveries.facets()).verdicts.verified).toBe(600)
  })

  it('lets close wait for its last step', async () => {
    const { verifications } = await cancelled(all => void all.close())
    await verifications.close()
    expect(verifications.jobs().map(({ state }) => state)).toEqual(['cancelled'])
  })
})

describe('a check that the end of hookscope cut short', () => {
  const closing: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  const given = { signatureKey: 'new-key', sourceKey: null, basicAuth: null }

  /** Deliveries of which some are judged by the new key when hookscope is killed. @returns the database as the next start finds it */
  async function killed(secrets: StartedSecrets): Promise<Store> {
    await append(...Array.from({ length: 600 }, () => signed('new-key', wrong)))
    await place.store.deliveries.settled()
    const hooks = await openHooks(place.store, secrets, null)
    if (secrets === noSecrets) await hooks.change('main', { signature: { kind: 'signature-key', key: 'new-key' } })
    const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
    closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
    const path = join(folder, 'hookscope.db')
    await new Promise<void>(resolve => {
      const stop = hooks.onChange(() => {
        if ((hooks.verifications()[0]?.checked ?? 0) <= 200) return
        stop()
        for (const end of ['', '-wal']) cpSync(`${place.path}${end}`, `${path}${end}`)
        resolve()
      })
      void hooks.verifyAgain('main', 'a test')
    })
    await hooks.close()
    const store = openSqlite({ path, now: place.now })
    closing.push(() => store.close())
    const { verified = 0 } = (await store.deliveries.facets()).verdicts
    expect(verified).toBeGreaterThanOrEqual(200)
    expect(verified).toBeLessThan(600)
    return store
  }

  async function next(store: Store, secrets: StartedSecrets) {
    const logged: string[] = []
    const hooks = await openHooks(store, secrets, null, { log: line => logged.push(line) })
    closing.push(() => hooks.close())
    await hooks.resume()
    return { hooks, logged }
  }

  it('goes on where it was, and history says it once', async () => {
    const store = await killed(noSecrets)
    const { hooks } = await next(store, noSecrets)
    const [job] = hooks.verifications()
    expect(job).toMatchObject({ state: 'running', total: 600, checked: 200 })
    expect(await ended(hooks, job?.id ?? '')).toMatchObject({ state: 'done', total: 600, checked: 600 })
    expect((await store.deliveries.facets()).verdicts).toMatchObject({ verified: 600, rejected: 0 })
    const again = (await store.hooks.history('main')).filter(({ entry }) => entry.kind === 'reverified')
    expect(again).toMatchObject([{ entry: { checked: 600, noLongerVerified: 0, reason: 'a test' } }])
    // What the kill left uncounted is missing in both.
    for (const { entry } of again) expect(entry).toHaveProperty('nowVerified', 'changed' in entry && entry.changed)
    expect((await store.unfinished.of('verification')).size).toBe(0)
  })

  it.each([
    ['its key was given at the start, so that nobody knows it now', given, noSecrets],
    ['its key was given at the start, and again', given, given],
    ['another key is in force now', noSecrets, { ...given, signatureKey: 'third-key' }],
  ])('is told of, and judges nothing, where %s', async (_name, before, now) => {
    const store = await killed(before)
    const { verdicts } = await store.deliveries.facets()
    const { hooks, logged } = await next(store, now)
    expect(hooks.verifications()).toMatchObject([{ state: 'interrupted', total: 600, checked: 200 }])
    expect(logged).toEqual([
      'hookscope ended while the deliveries of “hookscope” were checked again: 200 of 600 were. Check them again in the inspector’s Hooks view.',
    ])
    expect((await store.deliveries.facets()).verdicts).toEqual(verdicts)
    expect((await next(store, now)).logged).toEqual([])
  })

  it('is told of where the key was changed meanwhile', async () => {
    const store = await killed(noSecrets)
    const edited = await openHooks(store, noSecrets, null)
    await edited.change('main', { signature: { kind: 'signature-key', key: 'third-key' } })
    await edited.close()
    expect((await next(store, noSecrets)).hooks.verifications()).toMatchObject([{ state: 'interrupted' }])
  })

  it('was closed: it goes on as well', async () => {
    await append(...Array.from({ length: 600 }, () => signed('new-key', wrong)))
    await place.store.deliveries.settled()
    const hooks = await openHooks(place.store, noSecrets, null)
    await hooks.change('main', { signature: { kind: 'signature-key', key: 'new-key' } })
    await new Promise<void>(resolve => {
      const stop = hooks.onChange(() => {
        if ((hooks.verifications()[0]?.checked ?? 0) === 0) return
        stop()
        resolve()
      })
      void hooks.verifyAgain('main', 'a test')
    })
    await hooks.close()
    const store = await place.reopen()
    const { hooks: after } = await next(store, noSecrets)
    expect(await ended(after, after.verifications()[0]?.id ?? '')).toMatchObject({ state: 'done', checked: 600 })
    expect((await store.deliveries.facets()).verdicts.verified).toBe(600)
  })
})
