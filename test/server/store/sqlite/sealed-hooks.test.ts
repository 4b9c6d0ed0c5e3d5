/** What is in the files of a database whose hooks are sealed: no key, no password. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSealer } from '../../../../server/config/sealed.ts'
import type { StoredHook } from '../../../../server/store/hooks.ts'
import { useStore } from '../fixture.ts'

const [former, now] = ['4f1d8a0b6c2e9735d1a8f04b7c63e925', '90c7e1b54a3f2d68e07b91c5a4d3f286'] as const
const [key, password] = ['sk-live-0123456789abcdef', 'correct horse battery']
const place = useStore()

const hook = (id: string): StoredHook => ({
  ...{ id, label: id, path: `/${id}`, customUrl: null, events: null, rehearsal: null, forward: [] },
  savedSecrets: { signatureKey: `${key}-${id}`, sourceKey: null, basicAuth: { username: 'gateway', password } },
  createdAt: 0,
})

/** Which of the files in the folder hold a text; the write-ahead log is one of them. */
const filesWith = (text: string) =>
  readdirSync(place.folder).filter(name => readFileSync(join(place.folder, name)).includes(text))
const found = () => [...filesWith(key), ...filesWith(password)]

it('has them in clear without a secret, and nowhere once they are sealed, while it is open and after it', async () => {
  await place.store.hooks.save(hook('main'))
  await place.store.hooks.save(hook('gone'))
  await place.store.hooks.remove('gone')
  expect(found()).not.toEqual([])

  const store = await place.reopen({ sealer: openSealer([now]) })
  expect(await store.hooks.sealAnew()).toBe(2)
  expect(found()).toEqual([])
  expect(await store.hooks.list()).toEqual([hook('main')])
  expect(await store.hooks.removed()).toEqual([hook('gone')])
  expect(await store.hooks.sealAnew()).toBe(0)

  await store.hooks.save({ ...hook('added'), createdAt: 1 })
  await store.hooks.save({ ...hook('main'), label: 'Renamed' })
  expect(found()).toEqual([])
  await store.close()
  expect(found()).toEqual([])
})

it('loses nothing by a wrong secret, and exchanges one at the next start', async () => {
  const first = await place.reopen({ sealer: openSealer([former]) })
  await first.hooks.save(hook('main'))
  const rows = () => place.rows('SELECT * FROM hook')
  const before = rows()

  const wrong = await place.reopen({ sealer: openSealer([now]) })
  await expect(async () => wrong.hooks.list()).rejects.toThrow('sealed with another HOOKSCOPE_SECRET')
  await expect(wrong.hooks.sealAnew()).rejects.toThrow('sealed with another HOOKSCOPE_SECRET')
  expect(rows()).toEqual(before)

  const both = await place.reopen({ sealer: openSealer([now, former]) })
  expect(await both.hooks.sealAnew()).toBe(1)
  const after = await place.reopen({ sealer: openSealer([now]) })
  expect(await after.hooks.list()).toEqual([hook('main')])
})

it('asks for the secret where there is none', async () => {
  const sealed = await place.reopen({ sealer: openSealer([now]) })
  await sealed.hooks.save(hook('main'))
  const without = await place.reopen({ sealer: undefined })
  await expect(async () => without.hooks.list()).rejects.toThrow('are sealed')
  await place.reopen({ sealer: openSealer([now]) })
})
