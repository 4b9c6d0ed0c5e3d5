/** Hooks that forward their deliveries to apps of their own: each app gets those of its hook, also after a change at runtime. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { defaults } from '../../../server/config/settings.ts'
import { startListener } from '../../../server/listener.ts'
import { nobodyListens } from '../../../server/listening/listening.ts'
import { planOfSettings } from '../../../server/sender/routes.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { saleSummary } from '../../helpers/summaries.ts'

it('sends the deliveries of each hook to its own app, and the rest to the app of all', async () => {
  const [shop, books, all] = await Promise.all(
    [200, 201, 202].map(status => startMerchant(manners.answers(`${status} OK`))),
  )
  if (!shop || !books || !all) throw new Error('no apps')
  const folder = emptyFolder()
  const said: string[] = []
  const session = await startListener({
    settings: {
      ...defaults,
      ...{ port: 0, inspectorPort: 0, forward: [all.url], tunnel: 'none', tunnelHost: null, answer: 'app' },
      ...{ subdomain: null, publicUrl: null, open: false, db: join(folder, 'hookscope.db'), label: 'Shop' },
    },
    secrets: { signatureKey: null, sourceKey: null, basicAuth: null },
    token: 'a-token-of-this-launch',
    uiFolder: folder,
    log: line => said.push(line),
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  try {
    const { hooks, status, listening } = session.workspace
    const draft = { customUrl: null, events: ['ach.settled'], authentication: { kind: 'none' } } as const
    const rest = { signature: { kind: 'none' } } as const
    const { hook: second } = await hooks.add({ ...draft, ...rest, label: 'Books', forward: [books.url] })
    await hooks.change('main', { forward: [shop.url] })
    const answeredBy = async (id: string) => {
      const url = status().hooks.find(hook => hook.id === id)?.localUrl ?? ''
      return (await fetch(url, { method: 'POST', body: '{}' })).status
    }
    expect([await answeredBy('main'), await answeredBy(second.id)]).toEqual([200, 201])
    expect(status().forward?.routes.map(({ from, hook, target }) => [from, hook, target])).toEqual([
      ['forward', null, all.url],
      ['hook', 'main', shop.url],
      ['hook', second.id, books.url],
    ])
    expect(status().forward?.target).toBe(all.url)
    await hooks.change(second.id, { forward: [] })
    expect([await answeredBy('main'), await answeredBy(second.id)]).toEqual([200, 202])
    expect(listening.targets().map(({ href }) => href)).toEqual([all.url, shop.url])
    const own = status().hooks[0]?.localUrl ?? ''
    await expect(hooks.change(second.id, { forward: [own] })).rejects.toThrow(/^Forward to: .* back to hookscope/)
    await expect(hooks.change(second.id, { forward: ['ach.*='] })).rejects.toThrow(/^Forward to: /)
    expect(status().hooks.map(({ forward }) => forward)).toEqual([[shop.url], []])
    expect((await hooks.history('main')).at(-1)?.entry).toEqual({ kind: 'changed', fields: ['forward'] })
    await hooks.remove('main')
    expect(listening.targets().map(({ href }) => href)).toEqual([all.url])
    await hooks.restore('main')
    expect(await answeredBy('main')).toBe(200)
    said.length = 0
    await listening.setForwardTargets([])
    await hooks.change('main', { forward: [] })
    expect(said).toEqual([
      `Forwarding has changed: every event of Shop to ${shop.url}.`,
      'Forwarding has changed: deliveries are kept, and sent nowhere.',
    ])
  } finally {
    await session.close()
    await Promise.all([shop.close(), books.close(), all.close()])
  }
})

it('judges by the hook that a route of the config file names, also where nobody listens', () => {
  const events = ['transaction.sale.success'] as const
  const hooks = [
    { id: 'main', label: 'Shop', path: '/shop', events, forward: [] },
    { id: 'b1', label: 'Books', path: '/books', events, forward: [] },
  ]
  const route = { hook: 'Books', target: 'http://localhost:3001/books' }
  const known = (named = route) => {
    const settings = { ...defaults, forward: [], routes: [named] }
    const plan = (of: typeof hooks) => planOfSettings(settings, of)
    const rest = { publicUrl: null, observe: false, isOwnUrl: () => false }
    return nobodyListens({ plan: of => plan([...of] as typeof hooks), ...rest }, () => hooks)
  }
  const why = (hook: string, of = known()) => of.whyNotForwarded(saleSummary({ hook })).code
  expect(why('main')).toBe('no-route')
  expect(why('b1')).not.toBe('no-route')
  expect(why('b1', known({ ...route, hook: 'Gone' }))).toBe('no-route')
})
