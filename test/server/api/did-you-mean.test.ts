/** A delivery at a path that no hook has, in the API: the hook that may be meant, also one that was deleted. */
import { afterEach, expect, it } from 'vitest'
import { arrival } from '../../helpers/deliveries.ts'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
afterEach(() => door.close())

it('names the hook whose path is near, and nothing for other deliveries', async () => {
  door = await openDoor({ ui: false })
  const [hook] = await door.store.hooks.list()
  const path = hook?.path ?? ''
  const meant = async (came: { hook: string; path: string }) => {
    const id = await door.store.deliveries.append(arrival({ ...came, status: 404 }))
    return (await door.call(`/api/deliveries/${id}`)).json
  }
  const named = { hook: hook?.id, label: hook?.label, path, isDeleted: false }
  expect(await meant({ hook: 'unrouted', path: `${path}/?x=1` })).toMatchObject({
    notes: ['unrouted'],
    didYouMean: named,
  })
  expect(await meant({ hook: 'unrouted', path: '/wp-login.php' })).toMatchObject({ didYouMean: null })
  expect(await meant({ hook: hook?.id ?? '', path })).toMatchObject({ didYouMean: null })
  await door.call(`/api/hooks/${hook?.id}`, { method: 'DELETE' })
  expect(await meant({ hook: 'unrouted', path })).toMatchObject({ didYouMean: { ...named, isDeleted: true } })
})
