// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import type { VerdictKind } from '../../../core/deliveries/delivery.ts'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { facets } from '../../../ui/app/facets.ts'
import { Pipeline } from '../../../ui/app/frame/pipeline.tsx'
import { mainHook, shownHook, status } from '../../../ui/app/listener.ts'
import { connectRouter, route } from '../../../ui/app/route.ts'
import { Empty } from '../../../ui/deliveries/list/empty.tsx'
import { health } from '../../../ui/hooks/health.ts'
import { HookHealthLine } from '../../../ui/hooks/hook-health.tsx'
import { followedJobs, hookHref, hookNotices, hookWindow, removing } from '../../../ui/hooks/hooks.ts'
import { HooksView } from '../../../ui/hooks/hooks-view.tsx'
import { toasts } from '../../../ui/kit/toasts.ts'
import { cleanup, fireEvent, render, screen, waitFor, within } from '../../helpers/screen.ts'
import { saleSummary } from '../../helpers/summaries.ts'
import { type Asked, fakeApi } from '../deliveries/detail/detail-fixtures.ts'

const goTo = (url: string) => connectRouter(url, next => goTo(next))
const every = catalogue.map(({ type }) => type)

const hook = (fields: Partial<HookView> = {}): HookView => ({
  id: 'shop',
  label: 'Shop',
  hookUrl: 'https://public.example/in-shop',
  customUrl: null,
  localUrl: 'http://127.0.0.1:1/in-shop',
  events: every,
  authentication: { kind: 'basic', username: 'gateway' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', masked: '••••1234' }] },
  secretsFrom: 'saved',
  rehearsal: null,
  forward: [],
  createdAt: '2026-11-23T12:00:00.000Z',
  ...fields,
})

const listening = (hooks: readonly HookView[], more: Partial<Status> = {}) =>
  ({ hooks, tunnel: { state: 'off' }, jobs: [], verifications: [], ...more }) as unknown as Status

// The fake page has no popovers.
HTMLElement.prototype.hidePopover = () => undefined

/** Shows the view on these hooks, at this place. */
function show(hooks: readonly HookView[], url = '/hooks', answers: Record<string, unknown> = {}): readonly Asked[] {
  const { asked, fetch } = fakeApi({ 'GET /api/status': () => status.value, ...answers })
  vi.stubGlobal('fetch', fetch)
  status.value = listening(hooks)
  goTo(url)
  render(<HooksView />)
  return asked
}

const saved = (fields: Partial<HookView> = {}, more: object = {}) => ({
  hook: hook(fields),
  warnings: [],
  secretsChanged: false,
  ...more,
})
const dialog = (name: RegExp) => within(screen.getByRole('dialog', { name }))
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }))
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { selector: 'input.input' })
const type = (label: string, value: string) => fireEvent.input(field(label), { target: { value } })
const changes = (asked: readonly Asked[]) => asked.filter(({ method }) => method !== 'GET')

beforeEach(() => {
  toasts.value = []
  hookNotices.value = []
  removing.value = null
  followedJobs.value = new Set()
  shownHook.value = null
  facets.value = { hooks: [{ hook: 'shop', count: 1204 }] } as never
})
afterEach(() => {
  cleanup()
  facets.value = null
  vi.unstubAllGlobals()
})

describe('the list of hooks', () => {
  it('says of each what the console says, and how many deliveries are kept', () => {
    show([hook(), hook({ id: 'b', label: 'Books', events: ['ach.settled'], customUrl: 'https://a.example/' })])
    const [shop, books] = screen.getAllByRole('listitem').map(item => item.textContent)
    expect(shop).toContain('https://public.example/in-shop')
    expect(shop).toContain('EventsAll 25')
    expect(shop).toContain('AuthenticationBasicgateway')
    expect(shop).toContain('SignatureSignature Key ••••1234')
    expect(screen.getByRole('link', { name: '1,204' }).getAttribute('href')).toBe('/?q=hook%3Ashop')
    expect(books).toContain('Eventsach.settled')
    expect(books).toContain('not at hookscope')
  })

  it('opens the window that the URL names, and says so of a hook that is not there', () => {
    show([hook()], hookHref('gone'))
    const alert = screen.getByRole('alert')
    expect(alert.textContent).toContain('no webhook at this address')
    // Above the list, which may be long: it is what a person finds whose hook was deleted in another window.
    expect(alert.compareDocumentPosition(screen.getByRole('list'))).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
    goTo('/hooks/shop?tab=answer')
    expect(hookWindow.value?.kind).toBe('answer')
    goTo('/hooks/new')
    expect(hookWindow.value?.kind).toBe('add')
    goTo('/settings')
    expect(hookWindow.value).toBeNull()
  })

  it('invites to add the first one', () => {
    show([])
    expect(screen.getByText('No webhook yet')).toBeTruthy()
  })
})

describe('Add Webhook', () => {
  it('shows what is wrong at its field, sends nothing, and puts the caret there', async () => {
    const asked = show([], '/hooks/new')
    press('Add Hook')
    const alerts = screen.getAllByRole('alert').map(({ textContent }) => textContent)
    expect(alerts).toHaveLength(4)
    expect(alerts.join()).toMatch(/Webhook Label is empty.*Events is empty.*Choose how.*Choose with which/)
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Webhook Label')))
    expect(changes(asked)).toEqual([])
    expect(screen.getByLabelText('Webhook Label').getAttribute('aria-invalid')).toBe('true')
  })

  it('sends every field as it was entered, and hides what is secret', async () => {
    const asked = show([], '/hooks/new', { 'POST /api/hooks': saved() })
    type('Webhook Label', ' Shop ')
    type('Find events', 'settlement')
    press('All')
    fireEvent.click(screen.getByLabelText('Basic'))
    type('Username', 'gateway')
    type('Password', 'p:ss wörd')
    fireEvent.click(screen.getByLabelText('Source Key'))
    type('Source Key', ' key ')
    expect([field('Password').type, field('Source Key').type]).toEqual(['password', 'password'])
    type('Forward to (optional)', 'http://localhost:3001/in ach.*=3002')
    press('Add Hook')
    await waitFor(() => expect(route.value.item).toBeNull())
    expect(changes(asked)).toEqual([
      {
        method: 'POST',
        path: '/api/hooks',
        json: {
          label: 'Shop',
          customUrl: null,
          events: ['settlement.batch.success', 'settlement.batch.failure'],
          authentication: { kind: 'basic', username: 'gateway', password: 'p:ss wörd' },
          signature: { kind: 'source-key', key: ' key ' },
          forward: ['http://localhost:3001/in', 'ach.*=3002'],
        },
      },
    ])
  })

  it('shows at the Hook URL why hookscope refuses it, and keeps what was entered', async () => {
    const refusal = { code: 'refused', message: 'Hook URL: its certificate expired.', hint: 'Renew it.' }
    const fetch = async (input: RequestInfo | URL, init?: RequestInit) =>
      init?.method === 'POST' ? Response.json({ error: refusal }, { status: 422 }) : Response.json(input)
    show([], '/hooks/new')
    vi.stubGlobal('fetch', fetch)
    type('Webhook Label', 'Shop')
    press('All')
    fireEvent.click(screen.getByLabelText(/Another URL/))
    type('Hook URL', 'https://old.example/')
    for (const none of screen.getAllByLabelText('None')) fireEvent.click(none)
    press('Add Hook')
    expect((await screen.findByRole('alert')).textContent).toContain('its certificate expired. Renew it.')
    expect(screen.getByRole('textbox', { name: 'Hook URL' }).getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByLabelText<HTMLInputElement>('Webhook Label').value).toBe('Shop')
  })

  it('keeps the URL of a hook that was added, and a warning about it, until they are dismissed', async () => {
    show([], '/hooks/new', { 'POST /api/hooks': saved({}, { warnings: ['old.example could not be reached.'] }) })
    type('Webhook Label', 'Shop')
    press('All')
    for (const none of screen.getAllByLabelText('None')) fireEvent.click(none)
    status.value = listening([hook()])
    press('Add Hook')
    expect(await screen.findByText('“Shop” is added.')).toBeTruthy()
    expect(screen.getByText(/could not be reached/)).toBeTruthy()
    for (const cross of screen.getAllByRole('button', { name: 'Dismiss' })) fireEvent.click(cross)
    expect(hookNotices.value).toEqual([])
  })

  it('shows a key while it is entered when that is asked for', () => {
    show([], '/hooks/new')
    fireEvent.click(screen.getByLabelText('Signature Key'))
    expect(field('Signature Key').type).toBe('password')
    press('Show the Signature Key')
    expect(field('Signature Key').type).toBe('text')
    press('Hide the Signature Key')
    expect(field('Signature Key').type).toBe('password')
  })
})

describe('the event picker', () => {
  const chosen = () => screen.getByText(/of 25 chosen/).textContent

  it('takes a whole family, one event, all and none; a search limits what All takes', () => {
    show([], '/hooks/new')
    fireEvent.click(screen.getByRole('checkbox', { name: /^ACH/ }))
    expect(chosen()).toBe('6 of 25 chosen')
    fireEvent.click(screen.getByRole('checkbox', { name: /ach\.failed/ }))
    expect(chosen()).toBe('5 of 25 chosen')
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^ACH/ }).indeterminate).toBe(true)
    press('All')
    expect(chosen()).toBe('25 of 25 chosen')
    type('Find events', 'cardupdate')
    press('None')
    expect(chosen()).toBe('19 of 25 chosen')
    type('Find events', 'no such thing')
    expect(screen.getByText('No event matches.')).toBeTruthy()
  })

  it('is walked through with the arrows', () => {
    show([], '/hooks/new')
    const boxes = screen.getAllByRole('checkbox')
    boxes[0]?.focus()
    fireEvent.keyDown(boxes[0] ?? document.body, { key: 'ArrowDown' })
    expect(document.activeElement).toBe(boxes[1])
    fireEvent.keyDown(boxes[1] ?? document.body, { key: 'ArrowUp' })
    expect(document.activeElement).toBe(boxes[0])
  })
})

describe('the edit window', () => {
  it('sends only what is another, and cannot save what is not', async () => {
    const asked = show([hook()], '/hooks/shop', { 'PUT /api/hooks/shop': saved() })
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save Changes' }).disabled).toBe(true)
    type('Webhook Label', 'Shop 2')
    press('Save Changes')
    await waitFor(() => expect(route.value.item).toBeNull())
    expect(changes(asked)).toEqual([{ method: 'PUT', path: '/api/hooks/shop', json: { label: 'Shop 2' } }])
  })

  it('resets the authentication, or keeps the current configuration', () => {
    show([hook()], '/hooks/shop')
    const window = dialog(/Edit Webhook/)
    expect(window.getByText('••••1234')).toBeTruthy()
    expect(window.queryByRole('radiogroup', { name: 'Signature' })).toBeNull()
    press('Reset Webhook Authentication')
    fireEvent.click(window.getByLabelText('Signature Key'))
    press('Keep Current Configuration')
    expect(window.queryByRole('radiogroup', { name: 'Signature' })).toBeNull()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save Changes' }).disabled).toBe(true)
  })

  it('is no change until a choice is made, and leaves open what was given at the start', async () => {
    show([hook()], '/hooks/shop')
    press('Reset Webhook Authentication')
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save Changes' }).disabled).toBe(true)
    cleanup()
    const asked = show([hook({ secretsFrom: 'started' })], '/hooks/shop', { 'PUT /api/hooks/shop': saved() })
    press('Reset Webhook Authentication')
    fireEvent.click(within(screen.getByRole('radiogroup', { name: 'Authentication' })).getByLabelText('None'))
    press('Save Changes')
    await waitFor(() => expect(changes(asked)).toHaveLength(1))
    expect(changes(asked)[0]?.json).toEqual({ authentication: { kind: 'none' } })
  })

  it.each([
    ['the button', () => fireEvent.click(screen.getAllByRole('button', { name: 'Close' }).at(-1) ?? document.body)],
    ['Escape', () => fireEvent.keyDown(screen.getByLabelText('Webhook Label'), { key: 'Escape' })],
  ])('asks before it closes with changes, by %s', (_, leave) => {
    show([hook()], '/hooks/shop')
    leave()
    expect(route.value.item).toBeNull()
    goTo('/hooks/shop')
    cleanup()
    show([hook()], '/hooks/shop')
    type('Webhook Label', 'Another')
    leave()
    expect(route.value.item).toBe('shop')
    press('Keep editing')
    expect(screen.getByLabelText<HTMLInputElement>('Webhook Label').value).toBe('Another')
    leave()
    press('Abandon Changes')
    expect(route.value.item).toBeNull()
  })

  it('offers to check the stored deliveries again when a secret is another', async () => {
    const job = {
      id: 'j',
      hook: 'shop',
      total: 1204,
      checked: 0,
      changed: 0,
      nowVerified: 0,
      noLongerVerified: 0,
      state: 'running',
    }
    const asked = show([hook()], '/hooks/shop', {
      'PUT /api/hooks/shop': saved({}, { secretsChanged: true }),
      'POST /api/hooks/shop/verifications': { job },
      'GET /api/facets': facets.value,
    })
    press('Reset Webhook Authentication')
    for (const none of screen.getAllByLabelText('None')) fireEvent.click(none)
    press('Save Changes')
    expect(await screen.findByText(/1,204 deliveries so far keep/)).toBeTruthy()
    press('Check them again')
    await waitFor(() => expect(followedJobs.value.has('j')).toBe(true))
    expect(changes(asked).at(-1)).toMatchObject({ json: { reason: 'Webhook Authentication was reset' } })
  })

  it('deletes after a second question, and takes it back', async () => {
    const asked = show([hook()], '/hooks/shop', {
      'DELETE /api/hooks/shop': { removed: true },
      'POST /api/hooks/shop/restore': { hook: hook(), warnings: ['It is back without its target.'] },
    })
    press('Delete Hook')
    expect(changes(asked)).toEqual([])
    const question = dialog(/Delete “Shop”/)
    expect(question.getByText(/1,204 deliveries so far stay/)).toBeTruthy()
    fireEvent.click(question.getByRole('button', { name: 'Delete Hook' }))
    await waitFor(() => expect(toasts.value.at(-1)?.action?.label).toBe('Undo'))
    expect(route.value.item).toBeNull()
    toasts.value.at(-1)?.action?.run()
    await waitFor(() => expect(toasts.value.at(-1)?.text).toMatch(/is back, .* It is back without its target\.$/))
  })
})

describe('a check of stored deliveries', () => {
  const job = { id: 'j', hook: 'shop', total: 1204, checked: 300, changed: 2, nowVerified: 0, noLongerVerified: 0 }
  it('shows how far it has come, can be stopped, and says how it ended', async () => {
    const asked = show([hook()], '/hooks', { 'DELETE /api/hooks/shop/verifications/j': { cancelled: true } })
    status.value = listening([hook()], { verifications: [{ ...job, state: 'running' }] })
    expect(await screen.findByText('300 of 1,204 deliveries')).toBeTruthy()
    expect(screen.getByRole('progressbar', { name: 'Check of Shop' })).toBeTruthy()
    press('Cancel')
    await waitFor(() => expect(changes(asked)).toHaveLength(1))
    const done = { ...job, checked: 1204, state: 'done' } as const
    status.value = listening([hook()], { verifications: [done] })
    expect((await screen.findByText(/2 verdicts changed/)).textContent).not.toMatch(/verified|earlier/)
    const lost = { ...done, changed: 25, nowVerified: 1, noLongerVerified: 24 }
    status.value = listening([hook()], { verifications: [lost] })
    const told = await screen.findByText(/25 verdicts changed: 1 now verified, 24 no longer/)
    expect(told.textContent).toContain('; earlier verdicts are kept')
    press('Dismiss')
    expect(screen.queryByText(/verdicts changed/)).toBeNull()
  })
})

describe('rehearsing the answer', () => {
  it('starts from an example, says what the gateway is told, and counts live', async () => {
    const asked = show([hook()], '/hooks/shop?tab=answer', { 'PUT /api/hooks/shop/rehearsal': { hook: hook() } })
    press('Fail the next 3')
    expect(screen.getByText('The next 3 deliveries are answered 500.')).toBeTruthy()
    type('How many', '2')
    press('Start')
    await waitFor(() => expect(route.value.item).toBeNull())
    const rehearsal = {
      status: 200,
      headers: [],
      body: '',
      delayMs: 0,
      failures: { kind: 'next', left: 2 },
      failWith: { kind: 'status', status: 500 },
    } as const
    expect(changes(asked)[0]?.json).toEqual({ rehearsal })
    status.value = listening([hook({ rehearsal })])
    expect(await screen.findByText('Answers 500 to the next 2 deliveries')).toBeTruthy()
    status.value = listening([hook({ rehearsal: { ...rehearsal, failures: { kind: 'next', left: 1 } } })])
    expect(await screen.findByText('Answers 500 to the next delivery')).toBeTruthy()
  })

  it('refuses what cannot be answered, at its field', () => {
    const asked = show([hook()], '/hooks/shop?tab=answer')
    type('Status', '99')
    type('Delay in seconds', '121')
    press('Start')
    expect(screen.getAllByRole('alert').map(({ textContent }) => textContent?.trim())).toEqual([
      'A status is a whole number from 200 to 599.',
      'Enter seconds, from 0 to 120.',
    ])
    expect(changes(asked)).toEqual([])
  })
})

describe('the frame', () => {
  it('shows the URL of the hook that is chosen, and the way to the first when there is none', () => {
    status.value = listening([hook(), hook({ id: 'b', label: 'Books', hookUrl: 'https://public.example/in-books' })])
    render(<Pipeline />)
    expect(screen.getByText('public.example/in-shop')).toBeTruthy()
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Books', hidden: true }))
    expect(mainHook.value?.id).toBe('b')
    expect(screen.getByText('public.example/in-books')).toBeTruthy()
    cleanup()
    status.value = listening([])
    render(<Pipeline />)
    expect(screen.getByRole('link', { name: 'Add a webhook' }).getAttribute('href')).toBe('/hooks/new')
  })

  it('says before the first delivery which events the chosen hook has, and what to do without a hook', () => {
    status.value = listening([hook({ events: ['ach.settled', 'ach.failed'] })])
    const { container } = render(<Empty />)
    expect(container.textContent).toContain('ach.settled, ach.failed')
    cleanup()
    status.value = listening([])
    render(<Empty />)
    expect(screen.getByRole('link', { name: 'Add Webhook' })).toBeTruthy()
  })
})

it.each<[string, Partial<Record<VerdictKind, number>>, string]>([
  ['none', {}, 'None in 24 h'],
  ['one', { verified: 1 }, '1 of 1 verified in 24 h'],
  ['several, all well', { verified: 1200 }, 'All 1,200 verified in 24 h'],
  ['some of them', { verified: 2, rejected: 1 }, '2 of 3 verified (66 %) in 24 h'],
  ['none that was checked', { unchecked: 12 }, '12 unchecked in 24 h'],
])('says how the last 24 hours of a hook went: %s', (_, counts, said) => {
  const hours = [{ verified: 0, unchecked: 0, rejected: 0, ...counts }]
  health.value = new Map([['shop', { last: saleSummary(), hours }]])
  const { container } = render(<HookHealthLine hook={hook()} />)
  health.value = new Map()
  expect(container.querySelector('.hook-health > span:last-child')?.textContent).toBe(said)
})
