// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Rejection } from '../../core/delivery.ts'
import { type HookView, maskKey } from '../../core/hook.ts'
import type { Status } from '../../core/messages.ts'
import { localZone } from '../../core/search.ts'
import type { TunnelStatus } from '../../core/tunnel.ts'
import { VerdictMark } from '../../ui/components/badge.tsx'
import { list, waitingCount } from '../../ui/models/deliveries.ts'
import { facets } from '../../ui/models/facets.ts'
import { matching } from '../../ui/models/matching.ts'
import { hooksState, settingsState } from '../../ui/models/rail-state.ts'
import { connectRouter, queryText } from '../../ui/models/route.ts'
import { status } from '../../ui/models/session.ts'
import { toasts } from '../../ui/models/toasts.ts'
import { Empty } from '../../ui/views/deliveries/empty.tsx'
import { FilterBar } from '../../ui/views/deliveries/filter-bar.tsx'
import { BulkBar } from '../../ui/views/replay/bulk-bar.tsx'
import { cleanup, fireEvent, render, screen, waitFor, within } from '../helpers/screen.ts'
import { fakeApi } from './detail-fixtures.ts'

const target = 'http://127.0.0.1:3000/webhook'
const hook = (id: string, signing: HookView['signing'] = { kind: 'none' }): HookView => ({
  id,
  label: `The ${id} hook`,
  hookUrl: null,
  customUrl: null,
  events: ['transaction.sale.success'],
  rehearsal: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  localUrl: `http://127.0.0.1:1/in/${id}`,
  authentication: { kind: 'none' },
  signing,
  secretsFrom: 'none',
})
const withHooks = (...hooks: HookView[]) => ({ hooks, tunnel: { state: 'off' }, jobs: [] }) as unknown as Status

/** The browser's zone goes along with every search. */
const zone = localZone()
const zoned = new URLSearchParams({ zone }).toString()

const goTo = (url: string) => connectRouter(url, next => goTo(next))

// The fake page has no popovers.
HTMLElement.prototype.hidePopover = () => undefined

beforeEach(() => {
  goTo('/')
  status.value = withHooks(hook('main'))
})
afterEach(() => {
  cleanup()
  matching.value = null
  facets.value = null
  vi.unstubAllGlobals()
})

describe('all that match a search', () => {
  const rows = [{ id: 41 }, { id: 40 }]
  const answers = {
    'GET /api/deliveries': { deliveries: rows, next: null },
    'GET /api/deliveries/count': { count: 1234, capped: false },
    'POST /api/deliveries/remove': { ids: [40, 41] },
    'POST /api/deliveries/restore': { ids: [40, 41] },
    'POST /api/replays': {
      job: { id: 'j', target, total: 2, sent: 0, answered: 0, failed: 0, problem: null, state: 'running' },
    },
  }

  async function choose(item: string) {
    const { asked, fetch } = fakeApi(answers)
    vi.stubGlobal('fetch', fetch)
    await list.reset()
    goTo('/?q=is:rejected')
    render(
      <>
        <FilterBar />
        <BulkBar />
      </>,
    )
    fireEvent.click(screen.getByText(item))
    const dialog = within(await screen.findByRole('dialog', { name: /1,234 deliveries$/ }))
    expect(asked.at(-1)?.path).toBe(`/api/deliveries/count?q=id%3A1-41+is%3Arejected&${zoned}`)
    return { asked, dialog }
  }

  it('are offered only where there is a search', () => {
    render(<FilterBar />)
    expect(screen.queryByRole('button', { name: 'All that match' })).toBeNull()
  })

  it('are counted, then deleted by the search, and come back with undo', async () => {
    const { asked, dialog } = await choose('Delete all that match…')
    expect(asked.some(({ method }) => method === 'POST')).toBe(false)
    fireEvent.click(dialog.getByRole('button', { name: 'Delete 1,234 deliveries' }))
    await waitFor(() => expect(toasts.value.at(-1)?.text).toBe('Deleted 2 deliveries.'))
    expect(asked.at(-1)?.json).toEqual({ q: 'id:1-41 is:rejected', zone })
    toasts.value.at(-1)?.action?.run()
    await waitFor(() => expect(asked.at(-1)?.json).toEqual({ ids: [40, 41] }))
  })

  it('are counted, then replayed by the search', async () => {
    const { asked, dialog } = await choose('Replay all that match…')
    fireEvent.input(dialog.getByLabelText('Target'), { target: { value: target } })
    fireEvent.click(dialog.getByRole('button', { name: 'Replay 1,234 deliveries' }))
    await waitFor(() => expect(matching.value).toBeNull())
    expect(asked.find(({ path }) => path === '/api/replays')?.json).toEqual({
      q: 'id:1-41 is:rejected',
      target,
      order: 'triggered',
      rate: null,
      resign: false,
      zone,
    })
  })

  it('are counted, then exported by the search', async () => {
    const { dialog } = await choose('Export all that match, as CSV…')
    const links: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      links.push(this.href)
    })
    fireEvent.click(dialog.getByRole('button', { name: 'Export 1,234 deliveries' }))
    await waitFor(() => expect(links).toHaveLength(1))
    expect(links[0]).toMatch(/\/api\/deliveries\/export\?q=id%3A1-41\+is%3Arejected&format=csv&zone=[\w%+-]+$/)
  })

  it('are not acted on when it is called off', async () => {
    const { asked, dialog } = await choose('Delete all that match…')
    fireEvent.click(dialog.getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    expect(asked.every(({ method }) => method === 'GET')).toBe(true)
  })
})

describe('the menu of hooks', () => {
  it('is there only where there is more than one', () => {
    render(<FilterBar />)
    expect(screen.queryByText('All hooks')).toBeNull()
  })

  it('writes the search, also for a hook that is gone and has a name to be quoted', () => {
    status.value = withHooks(hook('main'), hook('second'))
    facets.value = { types: [], verdicts: {}, hooks: [{ hook: 'old, gone', count: 3 }] } as never
    render(<FilterBar />)
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: /The second hook/, hidden: true }))
    expect(queryText.value).toBe('hook:second')
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: /old, gone/, hidden: true }))
    expect(queryText.value).toBe('hook:"old, gone"')
  })
})

describe('the mark of a verdict', () => {
  it.each<[readonly Rejection[], string, number]>([
    [['signature-wrong'], 'Rejected: signature', 1],
    [['credentials-wrong'], 'Rejected: credentials', 1],
    [['signature-missing', 'credentials-missing'], 'Rejected: signature and credentials', 2],
    [['body-too-large'], 'Rejected: body', 1],
  ])('of %j says “%s”', (reasons, words, icons) => {
    const { container } = render(<VerdictMark verdict="rejected" reasons={reasons} iconOnly />)
    expect(container.textContent).toBe(words)
    expect(container.querySelectorAll('svg')).toHaveLength(icons)
  })

  it('looks different for a wrong signature and for wrong credentials', () => {
    const shapes = (['signature-wrong', 'credentials-wrong'] as const).map(
      reason =>
        render(<VerdictMark verdict="rejected" reasons={[reason]} iconOnly />).container.querySelector('svg')
          ?.innerHTML,
    )
    expect(new Set(shapes).size).toBe(2)
  })
})

describe('before the first delivery', () => {
  it.each([
    ['a-signature-key-of-a-merchant', true],
    ['short', false],
  ])('the key %s is told by its end: %s', (key, told) => {
    status.value = withHooks(hook('main', { kind: 'hmac', keys: [{ kind: 'signature-key', masked: maskKey(key) }] }))
    const { container } = render(<Empty />)
    expect(container.textContent).toContain('Signature Key')
    expect(container.textContent?.includes('the one that ends like ••••hant')).toBe(told)
    expect(container.textContent?.includes('••••')).toBe(told)
    expect(waitingCount.value).toBe(0)
  })
})

describe('the states in the rail', () => {
  const checked = hook('main', { kind: 'hmac', keys: [{ kind: 'signature-key', masked: '••••' }] })
  it.each<[HookView[], string | undefined]>([
    [[], undefined],
    [[checked], undefined],
    [[hook('main')], 'Unchecked'],
    [[checked, hook('second')], 'Unchecked'],
  ])('beside Hooks, with %j: %s', (hooks, label) => {
    expect(hooksState(hooks)?.label).toBe(label)
  })

  it.each<[TunnelStatus['state'], string | undefined]>([
    ['off', undefined],
    ['starting', 'Connecting'],
    ['up', 'Tunnel up'],
    ['retrying', 'Reconnecting'],
    ['down', 'Tunnel down'],
  ])('beside Settings, with a tunnel that is %s: %s', (state, label) => {
    expect(settingsState({ state } as TunnelStatus)?.label).toBe(label)
  })
})
