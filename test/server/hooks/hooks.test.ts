/** Hooks as the console's window changes them, on a real store. */
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { HookDraft, HookHistoryEntry } from '../../../core/hooks/hook.ts'
import type { MockResponse } from '../../../core/hooks/mock-response.ts'
import type { StartedSecrets } from '../../../server/config/secrets.ts'
import { noSecrets } from '../../../server/hooks/active.ts'
import { mostHooks } from '../../../server/hooks/hook-problems.ts'
import { type Hooks, openHooks } from '../../../server/hooks/hooks.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()
const open = (started: StartedSecrets = noSecrets, label: string | null = null) =>
  openHooks(place.store, started, label, {
    addresses: () => ({ publicUrl: 'https://a.example', localUrl: 'http://localhost:4780' }),
    now: place.now,
  })

const draft: HookDraft = {
  label: 'Warehouse',
  customUrl: null,
  events: ['product.inventory.ordered', 'cardupdate.created'],
  authentication: { kind: 'basic', username: 'händler', password: 'pä:ss' },
  signature: { kind: 'source-key', key: 'the-source-key' },
}
const rehearsal: MockResponse = {
  status: 200,
  headers: [],
  body: '',
  delayMs: 0,
  failures: { kind: 'next', left: 2 },
  failWith: { kind: 'status', status: 503 },
}
const told = (history: readonly HookHistoryEntry[]) => history.map(({ entry }) => entry)

describe('the first hook', () => {
  it('has a path of 144 random bits, every event, and lasts', async () => {
    const [first] = (await open()).hooks()
    expect(first).toMatchObject({ id: 'main', path: expect.stringMatching(/^\/[\w-]{24}$/), customUrl: null })
    expect(first?.events).toEqual(catalogue.map(({ type }) => type))
    expect((await open()).hooks()).toEqual([first])
  })

  it('is not made where it is not wanted', async () => {
    expect((await openHooks(place.store, noSecrets, null, { makeFirst: false })).hooks()).toEqual([])
  })

  it('is called as asked, and keeps its name', async () => {
    expect((await open()).hooks()[0]?.label).toBe('hookscope')
    expect((await open(noSecrets, 'shop')).hooks()[0]?.label).toBe('shop')
    expect((await open()).hooks()[0]?.label).toBe('shop')
  })

  it('accepts both keys of the start, and signs with the signature key', async () => {
    const [hook] = (await open({ ...noSecrets, signatureKey: 'one', sourceKey: 'two' })).hooks()
    expect(hook?.signing).toEqual({
      kind: 'hmac',
      keys: [
        { kind: 'signature-key', key: 'one' },
        { kind: 'source-key', key: 'two' },
      ],
    })
  })

  it('is checked with what was given at the start before what was saved, kind by kind; it cannot be replaced then', async () => {
    const authentication = { kind: 'basic', username: 'saved', password: 'pass' } as const
    await (await open()).change('main', { authentication, signature: { kind: 'signature-key', key: 'saved' } })
    const hooks = await open({ ...noSecrets, sourceKey: 'started' })
    expect(hooks.hooks()[0]).toMatchObject({ authentication, signing: { keys: [{ kind: 'source-key' }] } })
    expect(hooks.views()[0]?.secretsFrom).toBe('started')
    await expect(hooks.change('main', { signature: { kind: 'none' } })).rejects.toThrow(
      /key given .* cannot be changed while it runs/,
    )
    await hooks.change('main', { authentication: { kind: 'none' }, label: 'other' })
    expect(hooks.hooks()[0]).toMatchObject({ authentication: { kind: 'none' }, label: 'other' })
    const credentials = await open({ ...noSecrets, basicAuth: { username: 'a', password: 'b' } })
    await expect(credentials.change('main', { authentication })).rejects.toThrow(
      /credentials given .* cannot be changed while it runs/,
    )
  })

  it('does not hand the keys of the start to another when it is deleted', async () => {
    const hooks = await open({ ...noSecrets, signatureKey: 'started' })
    const { hook } = await hooks.add({ ...draft, signature: { kind: 'none' } })
    await hooks.remove('main')
    expect(hooks.hooks().map(({ id, signing }) => [id, signing.kind])).toEqual([[hook.id, 'none']])
    expect((await hooks.restore('main')).hook.secretsFrom).toBe('started')
  })
})

describe('a hook that is added', () => {
  it('has an id and a path of its own, and what was entered', async () => {
    const hooks = await open()
    const { hook, warnings, secretsChanged } = await hooks.add({ ...draft, label: '  Warehouse ' })
    // None that could be taken for an option of the command line.
    expect(hook.id).toMatch(/^[0-9a-f]{12}$/)
    const [first, second] = hooks.hooks()
    expect(second).toMatchObject({
      label: 'Warehouse',
      path: expect.stringMatching(/^\/[\w-]{24}$/),
      events: ['cau.created', 'product.inventory.ordered'],
      authentication: draft.authentication,
      signing: { kind: 'hmac', keys: [{ kind: 'source-key', key: 'the-source-key' }] },
    })
    expect(second?.path).not.toBe(first?.path)
    expect([warnings, secretsChanged]).toEqual([[], false])
    expect((await open()).hooks()).toEqual([first, second])
  })

  it('is shown without its secrets', async () => {
    const { hook } = await (await open()).add(draft)
    expect(hook).toMatchObject({
      hookUrl: expect.stringMatching(/^https:\/\/a\.example\/[\w-]{24}$/),
      localUrl: expect.stringMatching(/^http:\/\/localhost:4780\/[\w-]{24}$/),
      authentication: { kind: 'basic', username: 'händler' },
      signing: { kind: 'hmac', keys: [{ kind: 'source-key', masked: '••••-key' }] },
      secretsFrom: 'saved',
      createdAt: '2026-11-23T12:00:00.001Z',
    })
    expect(JSON.stringify(hook)).not.toMatch(/the-source|pä:ss/)
  })

  it('may have a URL of the merchant’s own', async () => {
    const hooks = await open()
    const { hook } = await hooks.add({ ...draft, customUrl: ' http://localhost:3000/in ' })
    expect(hook).toMatchObject({ hookUrl: 'http://localhost:3000/in', customUrl: 'http://localhost:3000/in' })
    const back = await hooks.change(hook.id, { customUrl: null })
    expect(back.hook).toMatchObject({ hookUrl: expect.stringContaining('https://a.example/'), customUrl: null })
  })

  it('warns of a name that is taken, and of blanks around a key', async () => {
    const { warnings } = await (await open(noSecrets, 'Warehouse')).add({
      ...draft,
      signature: { kind: 'source-key', key: ' k ' },
    })
    expect(warnings).toEqual([expect.stringContaining('whitespace around'), expect.stringContaining('Another hook')])
  })

  it('is refused with the first thing that is wrong, and nothing is kept of it', async () => {
    const hooks = await open()
    await expect(hooks.add({ ...draft, label: '', events: [] })).rejects.toThrow('Webhook Label is empty.')
    await expect(hooks.add({ ...draft, customUrl: 'http://shop.example/' })).rejects.toThrow(/is not https/)
    expect(hooks.hooks()).toHaveLength(1)
  })
})

describe('the most hooks there are at a time', () => {
  it('are kept to; one that goes makes room for another, and one that was deleted comes back where there is room', async () => {
    const hooks = await open()
    while (hooks.hooks().length < mostHooks) await hooks.add(draft)
    const full = 'There are 200 hooks, which is the maximum.'
    await expect(hooks.add(draft)).rejects.toThrow(full)
    await hooks.remove('main')
    const { hook } = await hooks.add(draft)
    await expect(hooks.restore('main')).rejects.toThrow(full)
    await expect(hooks.restore('none')).rejects.toThrow('no such hook')
    await hooks.remove(hook.id)
    await hooks.restore('main')
    expect(hooks.hooks()).toHaveLength(mostHooks)
  })
})

describe('a change', () => {
  it('leaves what it does not name, tells whether a secret is another, and is on record', async () => {
    const hooks = await open()
    const { id } = (await hooks.add(draft)).hook
    const change = async (what: Parameters<typeof hooks.change>[1]) => (await hooks.change(id, what)).secretsChanged
    expect(await change({ label: 'Depot' })).toBe(false)
    expect(await change({ events: ['ach.settled'], customUrl: 'http://localhost:3000/' })).toBe(false)
    expect(await change({ authentication: draft.authentication, signature: draft.signature })).toBe(false)
    expect(await change({ authentication: { kind: 'none' } })).toBe(true)
    expect(await change({ signature: { kind: 'signature-key', key: 'the-source-key' } })).toBe(true)
    expect(hooks.hooks()[1]).toMatchObject({
      label: 'Depot',
      events: ['ach.settled'],
      authentication: { kind: 'none' },
      signing: { keys: [{ kind: 'signature-key', key: 'the-source-key' }] },
    })
    expect(told(await hooks.history(id))).toEqual([
      { kind: 'added' },
      { kind: 'changed', fields: ['label'] },
      { kind: 'changed', fields: ['hookUrl', 'events'] },
      { kind: 'changed', fields: ['authentication'] },
      { kind: 'changed', fields: ['signature'] },
    ])
  })

  it('does not look again at a URL that stays', async () => {
    const hooks = await open()
    const { id } = (await hooks.add(draft)).hook
    // As if it had been saved when it could be reached.
    const kept = (await place.store.hooks.list()).find(hook => hook.id === id)
    if (kept) await place.store.hooks.save({ ...kept, customUrl: 'https://localhost:1/' })
    const again = await open()
    const { warnings } = await again.change(id, { label: 'Depot', customUrl: 'https://localhost:1/' })
    expect(warnings).toEqual([])
    expect(again.hooks()[1]).toMatchObject({ label: 'Depot', customUrl: 'https://localhost:1/' })
  })

  it.each<[string, (hooks: Hooks) => Promise<unknown>]>([
    ['changed', hooks => hooks.change('none', { label: 'x' })],
    ['removed', hooks => hooks.remove('none')],
    ['restored', hooks => hooks.restore('none')],
    ['rehearsed', hooks => hooks.rehearse('none', null)],
    ['verified again', hooks => hooks.verifyAgain('none', 'x')],
    ['remembered', hooks => hooks.history('none')],
  ])('a hook that is not there cannot be %s', async (_, act) => {
    await expect(act(await open())).rejects.toThrow('There is no such hook.')
  })

  it('is told of', async () => {
    const hooks = await open()
    let calls = 0
    const stop = hooks.onChange(() => calls++)
    const { id } = (await hooks.add(draft)).hook
    await hooks.change(id, { label: 'Depot' })
    await hooks.rehearse(id, rehearsal)
    await hooks.remove(id)
    await hooks.restore(id)
    expect(calls).toBe(5)
    stop()
    await hooks.remove(id)
    expect(calls).toBe(5)
  })
})

describe('a hook that is deleted', () => {
  it('comes back whole: path, secrets, events and place', async () => {
    const hooks = await open()
    const { id } = (await hooks.add(draft)).hook
    const before = hooks.hooks()
    await hooks.remove(id)
    expect(hooks.hooks().map(hook => hook.id)).toEqual(['main'])
    expect(hooks.removed()).toEqual([expect.objectContaining({ id, label: 'Warehouse' })])
    await expect(hooks.remove(id)).rejects.toThrow('no such hook')
    await hooks.restore(id)
    expect(hooks.hooks()).toEqual(before)
    expect(hooks.removed()).toEqual([])
    await expect(hooks.restore(id)).rejects.toThrow('was not deleted')
    expect(told(await hooks.history(id)).map(({ kind }) => kind)).toEqual(['added', 'removed', 'restored'])
  })

  it('comes back without a target that is refused by now, and says so', async () => {
    let isRefused = false
    const hooks = await openHooks(place.store, noSecrets, null, {
      checkForwarding() {
        if (isRefused) throw new UserError('That leads back.', '')
      },
    })
    await hooks.change('main', { forward: ['http://localhost:3000/in'] })
    await hooks.remove('main')
    isRefused = true
    const { hook, warnings } = await hooks.restore('main')
    expect([hook.forward, warnings]).toEqual([[], ['It is back without its target. Forward to: That leads back.']])
    expect(told(await hooks.history('main')).slice(-2)).toEqual([
      { kind: 'restored' },
      { kind: 'changed', fields: ['forward'] },
    ])
  })

  it('may be the last; the next start makes a new one, with another id and path', async () => {
    const hooks = await open()
    const [old] = hooks.hooks()
    await hooks.remove('main')
    expect(hooks.hooks()).toEqual([])
    const [fresh] = (await open()).hooks()
    expect(fresh?.id).toMatch(/^[0-9a-f]{12}$/)
    expect(fresh?.path).not.toBe(old?.path)
  })
})

describe('a rehearsed answer', () => {
  it('is counted down, also over a restart, and ends', async () => {
    const hooks = await open()
    await hooks.rehearse('main', rehearsal)
    expect((await hooks.rehearsed('main'))?.status).toBe(503)
    const again = await open()
    expect(again.views()[0]?.rehearsal?.failures).toEqual({ kind: 'next', left: 1 })
    expect((await again.rehearsed('main'))?.status).toBe(503)
    expect((await again.rehearsed('main'))?.status).toBe(200)
    expect((await again.rehearse('main', null)).rehearsal).toBeNull()
    expect(await again.rehearsed('main')).toBeNull()
  })

  it.each<[string, Partial<MockResponse>, string]>([
    ['a header that is none', { headers: [['Retry After', '1']] }, '“Retry After” is not a header name.'],
    [
      'a header of the connection',
      { headers: [['content-Length', '1']] },
      'content-Length cannot be set in a mock response.',
    ],
    [
      'a line break in a header',
      { headers: [['X-A', 'a\r\nX-B: b']] },
      'The value of X-A has characters that a header cannot contain.',
    ],
    ['a body where none can be', { status: 204, body: 'x' }, 'A 204 response has no body.'],
  ])('%s is refused', async (_, parts, message) => {
    const hooks = await open()
    await expect(hooks.rehearse('main', { ...rehearsal, ...parts })).rejects.toThrow(message)
    expect(hooks.views()[0]?.rehearsal).toBeNull()
  })
})
