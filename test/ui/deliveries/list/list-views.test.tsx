// @vitest-environment happy-dom

import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Status } from '../../../../core/api/messages.ts'
import type { TunnelStatus } from '../../../../core/api/tunnel.ts'
import type { BulkEdit } from '../../../../core/deliveries/bulk-edit.ts'
import type { Rejection } from '../../../../core/deliveries/delivery.ts'
import { type HookView, maskKey } from '../../../../core/hooks/hook.ts'
import { localZone } from '../../../../core/search/search.ts'
import { facets } from '../../../../ui/app/facets.ts'
import { status } from '../../../../ui/app/listener.ts'
import { hooksState, settingsState } from '../../../../ui/app/rail-state.ts'
import { connectRouter, queryText } from '../../../../ui/app/route.ts'
import { BulkBar } from '../../../../ui/deliveries/actions/bulk-bar.tsx'
import { ownEdits } from '../../../../ui/deliveries/actions/bulk-edits.ts'
import { list, listState, reloadList, waitingCount } from '../../../../ui/deliveries/list/deliveries.ts'
import { DeliveriesView } from '../../../../ui/deliveries/list/deliveries-view.tsx'
import { Empty } from '../../../../ui/deliveries/list/empty.tsx'
import { FilterBar } from '../../../../ui/deliveries/list/filter-bar.tsx'
import { loadParts } from '../../../../ui/deliveries/list/later.tsx'
import '../../../../ui/deliveries/list/list-keys.ts'
import { isAnonymized, matching } from '../../../../ui/deliveries/list/matching.ts'
import { clearSelected, selectedIds, toggleSelected } from '../../../../ui/deliveries/list/selection.ts'
import { VerdictMark } from '../../../../ui/kit/badge.tsx'
import { handleKey } from '../../../../ui/kit/keys.ts'
import { toasts } from '../../../../ui/kit/toasts.ts'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '../../../helpers/screen.ts'
import { forwardStatus, saleSummary } from '../../../helpers/summaries.ts'
import { fakeApi } from '../detail/detail-fixtures.ts'

const target = 'http://127.0.0.1:3000/webhook'
const hook = (id: string, signing: HookView['signing'] = { kind: 'none' }): HookView => ({
  id,
  label: `The ${id} hook`,
  hookUrl: null,
  customUrl: null,
  events: ['transaction.sale.success'],
  rehearsal: null,
  forward: [],
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
  isAnonymized.value = false
  facets.value = null
  vi.unstubAllGlobals()
})

it('says how many rows there are, also once more have come', async () => {
  const { fetch } = fakeApi({ 'GET /api/deliveries': { deliveries: [saleSummary({ id: 40 })], next: null } })
  vi.stubGlobal('fetch', fetch)
  status.value = { ...withHooks(hook('main')), forward: null, observe: false }
  await list.reset()
  listState.value = 'ready'
  render(<DeliveriesView />)
  screen.getByText('1 row')
  act(() => list.prepend([saleSummary({ id: 41 })]))
  screen.getByText('2 rows')
})

describe('all that match a search', () => {
  beforeAll(loadParts)

  const rows = [{ id: 41 }, { id: 40 }]
  const answers = {
    'GET /api/deliveries': { deliveries: rows, next: null },
    'GET /api/deliveries/count': { count: 1234, capped: false },
    'POST /api/deliveries/remove': { ids: [40, 41] },
    'POST /api/deliveries/restore': { ids: [40, 41] },
    'POST /api/edits': { edit: { id: 'e' } },
    'POST /api/edits/e/undo': { edit: { id: 'u' } },
    'DELETE /api/edits/e': { cancelled: true },
    'POST /api/replays': {
      job: { id: 'j', target, total: 2, leftOut: 0, sent: 0, answered: 0, failed: 0, problem: null, state: 'running' },
    },
  }

  async function choose(item: string, count = 1234) {
    const { asked, fetch } = fakeApi({
      ...answers,
      'POST /api/downloads': { ticket: 'once' },
      'GET /api/deliveries/count': { count, capped: false },
    })
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
    const dialog = within(
      await screen.findByRole('dialog', { name: new RegExp(`${count.toLocaleString('en')} deliveries$`) }),
    )
    expect(asked.at(-1)?.path).toBe(`/api/deliveries/count?q=id%3A1-41+is%3Arejected&${zoned}`)
    return { asked, dialog }
  }

  it('are offered only where there is a search', () => {
    render(<FilterBar />)
    expect(screen.queryByRole('button', { name: 'All that match' })).toBeNull()
  })

  it('are marked with Ctrl+A or a button, page after page, also those that the list has not loaded', async () => {
    const pages: Readonly<Record<string, object>> = {
      '': { deliveries: rows, next: 40 },
      '40': { deliveries: [{ id: 12 }], next: null },
    }
    const { asked, fetch } = fakeApi({
      ...answers,
      'GET /api/deliveries': ({ path }: { path: string }) => pages[new URLSearchParams(path).get('before') ?? ''],
      'GET /api/deliveries/count': { count: 3, capped: false },
    })
    vi.stubGlobal('fetch', fetch)
    goTo('/?q=is:failed')
    await reloadList()
    render(<BulkBar />)
    const isTaken = () => handleKey(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, cancelable: true }))
    expect(isTaken()).toBe(true)
    expect(await screen.findByText('3 deliveries selected')).toBeTruthy()
    expect([...selectedIds.value]).toEqual([41, 40, 12])
    expect(asked.at(-1)?.path).toContain('q=is%3Afailed')
    expect(screen.queryByRole('button', { name: /Select all/ })).toBeNull()
    act(() => toggleSelected(40))
    fireEvent.click(screen.getByRole('button', { name: 'Select all 3' }))
    expect(await screen.findByText('3 deliveries selected')).toBeTruthy()
    clearSelected()
    // The text of an open delivery is selected as on any page.
    goTo('/deliveries/41?q=is:failed')
    expect(isTaken()).toBe(false)
  })

  it('are counted, then deleted by the search, and come back with undo', async () => {
    const { asked, dialog } = await choose('Delete all that match…', 2)
    expect(asked.some(({ method }) => method === 'POST')).toBe(false)
    fireEvent.click(dialog.getByRole('button', { name: 'Delete 2 deliveries' }))
    await waitFor(() => expect(toasts.value.at(-1)?.text).toBe('Deleted 2 deliveries.'))
    expect(asked.at(-1)?.json).toEqual({ q: 'id:1-41 is:rejected', zone })
    toasts.value.at(-1)?.action?.run()
    await waitFor(() => expect(asked.at(-1)?.json).toEqual({ ids: [40, 41] }))
  })

  it('are deleted behind the receiver when they are many: how far, cancelled, undone', async () => {
    const { asked, dialog } = await choose('Delete all that match…')
    fireEvent.click(dialog.getByRole('button', { name: 'Delete 1,234 deliveries' }))
    await waitFor(() => expect(ownEdits.value.has('e')).toBe(true))
    expect(asked.at(-1)).toMatchObject({ path: '/api/edits', json: { kind: 'remove', q: 'id:1-41 is:rejected', zone } })
    const edit: BulkEdit = {
      ...{ id: 'e', kind: 'remove', total: 1000, done: 0, changed: 0, problem: null, canUndo: false },
      state: 'finding',
    }
    const now = (further: Partial<BulkEdit>) =>
      act(() => {
        status.value = { ...withHooks(hook('main')), edits: [{ ...edit, ...further }] }
      })
    now({})
    screen.getByText('Looking for deliveries to delete: 1,000 so far')
    now({ state: 'running', total: 1234, done: 500, changed: 499 })
    screen.getByText('Deleting 500 of 1,234 deliveries')
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('500')
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/edits/e' }))
    now({ state: 'cancelled', total: 1234, done: 600, changed: 599, canUndo: true })
    screen.getByText('Canceled: deleted 599 of 1,234 deliveries')
    now({ state: 'failed', total: 1234, done: 600, changed: 599, canUndo: true, problem: 'The disk is full' })
    screen.getByText('The disk is full')
    expect(screen.getByRole('button', { name: 'Dismiss' })).toBeTruthy()
    now({ state: 'done', total: 1234, done: 1234, changed: 1233, canUndo: true })
    screen.getByText('Deleted 1,233 deliveries')
    fireEvent.click(screen.getByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(ownEdits.value.has('u')).toBe(true))
    expect(asked.at(-1)).toMatchObject({ path: '/api/edits/e/undo', json: {} })
    expect(screen.queryByText('Deleted 1,233 deliveries')).toBeNull()
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
    const { asked, dialog } = await choose('CSV, for a spreadsheet…')
    const links: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      links.push(this.href)
    })
    fireEvent.click(dialog.getByRole('button', { name: 'Export 1,234 deliveries' }))
    await waitFor(() => expect(links).toHaveLength(1))
    const target = `/api/deliveries/export?q=id%3A1-41+is%3Arejected&format=csv&${zoned}`
    expect(asked.at(-1)).toEqual({ method: 'POST', path: '/api/downloads', json: { target } })
    expect(links[0]).toMatch(/\/api\/deliveries\/export\?.*&ticket=once$/)
  })

  it('are exported anonymized where the menu says so, which a CSV cannot be', async () => {
    isAnonymized.value = true
    const { asked, dialog } = await choose('Capture, for another hookscope…')
    expect(screen.queryByText('CSV, for a spreadsheet…')).toBeNull()
    dialog.getByText(/People, card data and credentials are replaced/)
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    fireEvent.click(dialog.getByRole('button', { name: 'Export 1,234 deliveries' }))
    const target = `/api/deliveries/export?q=id%3A1-41+is%3Arejected&format=hookscope&${zoned}&anonymize=1`
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ path: '/api/downloads', json: { target } }))
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Anonymize', hidden: true }))
    screen.getByText('CSV, for a spreadsheet…')
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
    expect(container.textContent?.includes('the one ending in ••••hant')).toBe(told)
    expect(container.textContent?.includes('••••')).toBe(told)
    expect(waitingCount.value).toBe(0)
  })

  it('takes the target that is typed, and refuses one that is none', async () => {
    const forwarding = { ...withHooks(hook('main')), forward: forwardStatus(target) }
    const { asked, fetch } = fakeApi({ 'PUT /api/forward': forwarding })
    vi.stubGlobal('fetch', fetch)
    render(<Empty />)
    const field = screen.getByLabelText('Target')
    const button = screen.getByRole('button', { name: 'Forward to it' })
    fireEvent.input(field, { target: { value: 'ftp://shop.example' } })
    fireEvent.click(button)
    expect((await screen.findByRole('alert')).textContent).toContain('is neither http nor https')
    expect(asked).toEqual([])
    fireEvent.input(field, { target: { value: target } })
    fireEvent.click(button)
    await screen.findByText(/^Each delivery is sent on to/)
    expect(asked).toMatchObject([{ method: 'PUT', json: { target: [target] } }])
    expect(screen.getByRole('link', { name: 'Change the target' }).getAttribute('href')).toBe('/settings?at=forwarding')
    const { forward } = forwarding
    const routes = forward.routes.map(route => ({ ...route, hook: 'main' }))
    act(() => {
      status.value = { ...forwarding, forward: { ...forward, routes } }
    })
    screen.getByText(/^Sent on: every event of The main hook to/)
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
