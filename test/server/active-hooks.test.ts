/** Which secrets are in force: those of the start, else those saved. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openActiveHooks } from '../../server/active-hooks.ts'
import type { StartedSecrets } from '../../server/secrets.ts'
import { openStore } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'

const none: StartedSecrets = { signatureKey: null, sourceKey: null, basicAuth: null }
const addresses = { publicUrl: null, localUrl: 'http://localhost:4780' }
let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-hooks-'))
  store = openStore({ path: join(folder, 'a.db') })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the hook', () => {
  it('has a path of 144 random bits, which lasts', () => {
    const [first] = openActiveHooks(store, none, null).hooks()
    const [again] = openActiveHooks(store, none, null).hooks()
    expect(first?.path).toMatch(/^\/[\w-]{24}$/)
    expect(again).toEqual(first)
  })

  it('is called as asked, and keeps its name', () => {
    expect(openActiveHooks(store, none, null).hooks()[0]?.label).toBe('hookscope')
    expect(openActiveHooks(store, none, 'shop').hooks()[0]?.label).toBe('shop')
    expect(openActiveHooks(store, none, null).hooks()[0]?.label).toBe('shop')
  })

  it('accepts both keys when both were given, and signs with the signature key', () => {
    const [hook] = openActiveHooks(store, { ...none, signatureKey: 'one', sourceKey: 'two' }, null).hooks()
    expect(hook?.signing).toEqual({
      kind: 'hmac',
      keys: [
        { kind: 'signature-key', key: 'one' },
        { kind: 'source-key', key: 'two' },
      ],
    })
  })

  it('is shown without its secrets', () => {
    const started = {
      signatureKey: 'a-long-signature-key',
      sourceKey: null,
      basicAuth: { username: 'shop', password: 'pass' },
    }
    const active = openActiveHooks(store, started, null)
    const [shown] = active.views({ ...addresses, publicUrl: 'https://a.example' })
    expect(shown).toMatchObject({
      authentication: { kind: 'basic', username: 'shop' },
      signing: { kind: 'hmac', keys: [{ kind: 'signature-key', masked: '••••-key' }] },
      secretsFrom: 'started',
    })
    expect(shown?.hookUrl).toBe(`https://a.example${active.hooks()[0]?.path}`)
    expect(JSON.stringify(shown)).not.toMatch(/a-long|pass/)
  })
})

describe('saved secrets', () => {
  it('are in force when none were given, change one by one, and can be taken away', () => {
    const active = openActiveHooks(store, none, null)
    active.saveSecrets('main', {
      authentication: { kind: 'basic', username: 'shop', password: 'pass' },
      signing: { kind: 'source-key', key: 'saved' },
    })
    expect(active.hooks()[0]).toMatchObject({
      authentication: { kind: 'basic', username: 'shop', password: 'pass' },
      signing: { kind: 'hmac', keys: [{ kind: 'source-key', key: 'saved' }] },
    })
    active.saveSecrets('main', { authentication: { kind: 'keep' }, signing: { kind: 'signature-key', key: 'other' } })
    expect(active.hooks()[0]).toMatchObject({
      authentication: { kind: 'basic' },
      signing: { keys: [{ kind: 'signature-key', key: 'other' }] },
    })
    expect(active.views(addresses)[0]?.secretsFrom).toBe('saved')
    active.saveSecrets('main', { authentication: { kind: 'none' }, signing: { kind: 'none' } })
    expect(active.hooks()[0]).toMatchObject({ authentication: { kind: 'none' }, signing: { kind: 'none' } })
    expect(active.views(addresses)[0]?.secretsFrom).toBe('none')
  })

  it('give way to those of the start, kind by kind, and cannot replace them', () => {
    openActiveHooks(store, none, null).saveSecrets('main', {
      authentication: { kind: 'basic', username: 'saved', password: 'pass' },
      signing: { kind: 'signature-key', key: 'saved' },
    })
    const active = openActiveHooks(store, { ...none, sourceKey: 'started' }, null)
    expect(active.hooks()[0]).toMatchObject({
      authentication: { kind: 'basic', username: 'saved' },
      signing: { keys: [{ kind: 'source-key', key: 'started' }] },
    })
    const key = { authentication: { kind: 'keep' }, signing: { kind: 'signature-key', key: 'x' } } as const
    expect(() => active.saveSecrets('main', key)).toThrow(/key given when hookscope was started is in force/)
    active.saveSecrets('main', { authentication: { kind: 'none' }, signing: { kind: 'keep' } })
    expect(active.hooks()[0]?.authentication).toEqual({ kind: 'none' })
    expect(() => active.saveSecrets('other', key)).toThrow(/no such hook/)
  })
})
