// @vitest-environment happy-dom

/** The way of a delivery in the header: each part says its state and leads to its settings. */
import { afterEach, expect, it } from 'vitest'
import type { Status, TargetStatus } from '../../../core/api/messages.ts'
import type { TunnelStatus } from '../../../core/api/tunnel.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { Pipeline } from '../../../ui/app/frame/pipeline.tsx'
import { TopBar } from '../../../ui/app/frame/top-bar.tsx'
import { connection, shownHook, status } from '../../../ui/app/listener.ts'
import type { Connection } from '../../../ui/client/stream.ts'
import { cleanup, render, screen } from '../../helpers/screen.ts'
import { forwardStatus } from '../../helpers/summaries.ts'

afterEach(() => {
  cleanup()
  status.value = null
  shownHook.value = null
  connection.value = { state: 'connecting' }
})

const key = { kind: 'signature-key', masked: '••••' } as const
const hook = (id: string, signing: HookView['signing'] = { kind: 'hmac', keys: [key] }): HookView => ({
  ...{ id, label: `The ${id} hook`, hookUrl: `https://public.example/in-${id}`, customUrl: null },
  ...{ events: ['ach.settled'], rehearsal: null, forward: [], createdAt: '2026-11-23T12:00:00.000Z' },
  ...{ localUrl: `http://127.0.0.1:1/in/${id}`, authentication: { kind: 'none' }, signing, secretsFrom: 'none' },
})

const shop = 'http://localhost:3000/webhooks'
const books = 'http://localhost:4000/'
function forwarding(states: Readonly<Record<string, TargetStatus['state']>>, paused = false): Status['forward'] {
  const forward = forwardStatus(...Object.keys(states))
  const targets = forward.targets.map(one => ({ ...one, state: states[one.target] ?? 'up' }))
  return { ...forward, paused, targets }
}

const answered = (code: number) => ({ status: code, at: new Date().toISOString() })
/** One target of which more is known. */
function one(fields: Partial<TargetStatus>, paused = false): Status['forward'] {
  const forward = forwardStatus(shop)
  return { ...forward, paused, targets: forward.targets.map(target => ({ ...target, ...fields })) }
}
const unavailable = {
  state: 'down',
  error: { code: 'UNAVAILABLE', message: 'localhost:3000 answered 503.', hint: 'Start your app.' },
  answered: answered(503),
} as const

function show(parts: Partial<Pick<Status, 'tunnel' | 'hooks' | 'forward'>>) {
  status.value = { tunnel: { state: 'off' }, hooks: [hook('main')], forward: null, ...parts } as unknown as Status
  render(<Pipeline />)
  return screen.getAllByRole('link').map(link => [link.textContent?.trim(), link.getAttribute('href')])
}

const up: TunnelStatus = { state: 'up', url: 'https://public.example', roundTripMs: 85, changedFrom: null }

it('says of each part how it stands, and leads to its settings', () => {
  expect(show({ tunnel: up, forward: forwarding({ [shop]: 'up' }) })).toEqual([
    ['GatewayLive · 85 ms', '/settings?at=tunnel'],
    ['Hookverified', '/hooks/main'],
    ['localhost:3000 up', '/settings?at=forwarding'],
  ])
  expect(screen.getByRole('button', { name: 'Copy Hook URL' })).toBeTruthy()
})

it.each<[TunnelStatus, string]>([
  [{ state: 'off' }, 'GatewayNo tunnel'],
  [{ state: 'starting' }, 'GatewayTunnel is opening'],
  [{ state: 'retrying', url: null, reason: 'r', retryAt: '2026-11-23T12:00:00.000Z' }, 'GatewayReconnecting'],
  [{ state: 'down', url: null, reason: 'r', hint: 'h' }, 'GatewayTunnel down'],
])('the gateway, with the tunnel %j: %s', (tunnel, said) => {
  expect(show({ tunnel })[0]?.[0]).toBe(said)
})

it('says of a hook without a key that it is not verified', () => {
  expect(show({ hooks: [hook('main', { kind: 'none' })] })[1]).toEqual(['Hookunchecked', '/hooks/main'])
})

it.each<[string, Status['forward'], string]>([
  ['none', null, 'Set a target'],
  ['one that is up', forwarding({ [shop]: 'up' }), 'localhost:3000 up'],
  ['one that is down', forwarding({ [shop]: 'down' }), 'localhost:3000 down'],
  ['one that is not looked at yet', forwarding({ [shop]: 'unknown' }), 'localhost:3000 checking'],
  ['one that only a proxy knows of', one({ state: 'unknown', proxy: 'p.example:80' }), 'localhost:3000 behind a proxy'],
  ['one that is paused', forwarding({ [shop]: 'up' }, true), 'localhost:3000 paused'],
  ['one that is paused and down', forwarding({ [shop]: 'down' }, true), 'localhost:3000 paused, down'],
])('the target, %s', (_, forward, said) => {
  expect(show({ forward })[2]).toEqual([said, '/settings?at=forwarding'])
})

it.each<[string, Status['forward'], string, string[]]>([
  ['both up', forwarding({ [shop]: 'up', [books]: 'up' }), '2 targets up', ['up', 'up']],
  ['one not looked at', forwarding({ [shop]: 'up', [books]: 'unknown' }), '2 targets checking', ['up', 'checking']],
  ['one down', forwarding({ [shop]: 'down', [books]: 'up' }), '2 targets 1 down', ['down', 'up']],
])('two targets, %s: a menu says which deliveries go to which, and how each is doing', (_, forward, said, words) => {
  const [first, second] = forward?.routes ?? []
  if (!forward || !first || !second) throw new Error('two routes')
  const routes = [
    { ...first, hook: 'main', events: ['ach.*'] },
    { ...second, hook: 'main' },
  ]
  show({ forward: { ...forward, routes, only: ['ach.*', 'cau.*'] } })
  const button = screen.getByRole('button', { name: new RegExp(`^${said}`) })
  expect(button.getAttribute('title')).toBe(`Forwarded to ${shop} and ${books}`)
  const items = screen.getAllByRole('menuitem', { hidden: true }).map(item => item.textContent?.trim())
  expect(items).toEqual([
    `ach.* of The main hook → localhost:3000 ${words[0]}`,
    `all other events of The main hook → localhost:4000 ${words[1]}`,
    'Forwarding settings',
  ])
  screen.getByText('Only ach.*, cau.*.')
})

it.each<[string, string | null, string]>([
  ['no target', null, 'Not forwarded'],
  ['one of all hooks', books, 'localhost:4000 up'],
])('shows the targets of the hook that it names: %s beside that of another hook', (_, ofAll, said) => {
  const forward = forwarding({ ...(ofAll && { [ofAll]: 'up' }), [shop]: 'down' })
  if (!forward) throw new Error('no routes')
  const routes = forward.routes.map(route => (route.target === shop ? { ...route, hook: 'other' } : route))
  const links = show({ hooks: [hook('main'), hook('other')], forward: { ...forward, routes } })
  expect(links.at(-1)).toEqual([said, '/settings?at=forwarding'])
  shownHook.value = 'other'
  cleanup()
  expect(show({ hooks: [hook('main'), hook('other')], forward: { ...forward, routes } }).at(-1)?.[0]).toBe(
    'localhost:3000 down',
  )
})

const greens = () => document.querySelectorAll('.pipe-target .tone-ok').length

it.each<[string, Status['forward'], RegExp, number]>([
  ['that is looked at', one({}), /^localhost:3000 up$/, 1],
  ['that answered 503', one(unavailable), /^localhost:3000 answered 503 at \d\d:\d\d$/, 0],
  ['that is paused and answered 503', one(unavailable, true), /^localhost:3000 paused, answered 503 at \d\d:\d\d$/, 0],
  ['that nobody looks at', one({ watched: false }), /^localhost:3000 up at .*\d\d:\d\d$/, 0],
  ['that answered', one({ watched: false, answered: answered(201) }), /^localhost:3000 answered 201 at \d\d:\d\d$/, 0],
])('says up in green only of one %s', (_, forward, said, green) => {
  expect(show({ forward })[2]?.[0]).toMatch(said)
  expect(greens()).toBe(green)
})

it.each<Connection>([{ state: 'lost', retryAt: 0 }, { state: 'refused' }])(
  'knows nothing while hookscope is gone: %j',
  gone => {
    connection.value = gone
    expect(show({ tunnel: up, forward: one({}) }).map(([said]) => said)).toEqual([
      'GatewayUnknown',
      'Hookunknown',
      'localhost:3000 unknown',
    ])
    expect(document.querySelectorAll('.tone-ok').length).toBe(0)
    expect(screen.queryByTitle(/reaches this hook|are verified/)).toBeNull()
  },
)

it.each<[TunnelStatus, number]>([
  [up, 1],
  [{ state: 'starting' }, 0],
])('says that the gateway reaches the hook only where it does: %j', (tunnel, times) => {
  show({ tunnel })
  expect(screen.queryAllByTitle(/reaches this hook/)).toHaveLength(times)
})

it.each<[Connection, string]>([
  [{ state: 'connected' }, 'Live'],
  [{ state: 'lost', retryAt: 0 }, 'Offline'],
])('the switch of the page is live only while it is connected: %j', (state, said) => {
  connection.value = state
  render(<TopBar />)
  expect(screen.getByRole('button', { name: said }).classList.contains('live-on')).toBe(said === 'Live')
})
