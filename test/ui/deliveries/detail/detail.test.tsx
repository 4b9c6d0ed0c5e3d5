// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Status } from '../../../../core/api/messages.ts'
import { testKey } from '../../../../core/capture/capture.ts'
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import { whyNotForwarded } from '../../../../core/deliveries/not-forwarded.ts'
import type { HeaderList } from '../../../../core/http/headers.ts'
import type { AttemptView, DeliveryDetail, DeliveryView } from '../../../../server/api/types.ts'
import { sign } from '../../../../server/verify/signature.ts'
import { followListener } from '../../../../ui/app/listener.ts'
import { connectRouter, route } from '../../../../ui/app/route.ts'
import { recentTargets } from '../../../../ui/app/targets.ts'
import { DetailView } from '../../../../ui/deliveries/detail/detail.tsx'
import { loadProblem, shown } from '../../../../ui/deliveries/detail/open-delivery.ts'
import { setSharing } from '../../../../ui/kit/screen-sharing.ts'
import { toasts } from '../../../../ui/kit/toasts.ts'
import { cleanup, fireEvent, render, screen, waitFor, within } from '../../../helpers/screen.ts'
import { deliverySummary } from '../../../helpers/summaries.ts'
import { Wire } from '../../../helpers/wire.ts'
import { type Asked, fakeApi, type ViewParts, viewOf } from './detail-fixtures.ts'

const key = 'a-signature-key-1234'
const event = (object: object, more: object = {}) =>
  JSON.stringify({
    type: 'event',
    event_triggered: '2026-11-23 14:00:00',
    event_type: 'transaction.sale.success',
    event_body: { merchant: { merch_key: 'm' }, object: { type: 'transaction', key: 'k', ...object }, ...more },
    event_id: 'e'.repeat(64),
  })

beforeEach(() => {
  shown.value = null
  loadProblem.value = null
  toasts.value = []
  setSharing(false)
  const go = (url: string) => connectRouter(url, go)
  go('/deliveries/1')
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

/** Without the bytes of its attempts. */
const summarised = (view: DeliveryView): DeliveryDetail => ({
  ...view,
  attempts: view.attempts.map(({ request, answer, timing, ...summary }) => summary),
})

/** Opens delivery 1 as the API would answer it. */
async function open(parts: ViewParts, answers: Record<string, unknown> = {}): Promise<readonly Asked[]> {
  const view = (call: Asked) => summarised(viewOf({ ...parts, reveal: call.path.includes('reveal=1') }))
  const attempts = (parts.attempts ?? []).map(attempt => [`GET /api/attempts/${attempt.id}`, { attempt }])
  const { asked, fetch } = fakeApi({ 'GET /api/deliveries/1': view, ...Object.fromEntries(attempts), ...answers })
  vi.stubGlobal('fetch', fetch)
  render(<DetailView id={1} />)
  await screen.findByRole('heading', { level: 1 })
  return asked
}

test('saves it as a page, and copies it as a test that a colleague can run', async () => {
  const asked = await open({ body: event({}) }, { 'POST /api/downloads': { ticket: 'once' } })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  // Happy DOM has no popovers.
  HTMLElement.prototype.hidePopover = () => {}
  const copied: string[] = []
  vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void copied.push(text) } })
  fireEvent.click(screen.getByRole('menuitem', { name: 'Save as HTML', hidden: true }))
  const target = expect.stringMatching(/^\/api\/deliveries\/export\?ids=1&format=html&/)
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ path: '/api/downloads', json: { target } }))
  fireEvent.click(screen.getByRole('menuitem', { name: 'Test (vitest, Jest)', hidden: true }))
  await waitFor(() => expect(copied).toEqual([expect.stringContaining(testKey)]))
})

const tab = (name: RegExp) => fireEvent.click(screen.getByRole('tab', { name }))
const attempt = (fields: Partial<AttemptView> = {}): AttemptView => {
  const body = { base64: btoa('{"ok":true}'), text: '{"ok":true}', bytes: 11 }
  return {
    id: 1,
    delivery: 1,
    source: 'forward',
    target: 'http://127.0.0.1:3000/webhook',
    startedAt: '2026-11-23T12:00:01.000Z',
    outcome: 'answered',
    status: 200,
    ms: 12,
    request: { method: 'POST', url: 'http://127.0.0.1:3000/webhook', headers: [['A', '1']], body },
    answer: { status: 200, headers: [['X-App', 'shop']], body, bodyBytes: 11 },
    timing: { connectMs: 1, firstByteMs: 8, totalMs: 12 },
    line: null,
    former: false,
    changes: [],
    own: true,
    location: null,
    error: null,
    sloppy: [],
    ...fields,
  }
}

/** Shows the checks that passed, unless an earlier delivery has shown them. */
const unfold = () => {
  const folded = screen.queryByRole('button', { name: /checks passed/, expanded: false })
  if (folded) fireEvent.click(folded)
}

describe('an event', () => {
  test('is told in one sentence; what the app did stands beside the checks, which fold to one line', async () => {
    await open({
      body: event({ auth_amount: '500.00', refnum: 98454685 }),
      fields: { lastAttempt: attempt() },
      attempts: [attempt()],
    })
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'A sale of $500.00 (98454685) was approved – verified, answered 200; your app answered 200 in 12 ms.',
    )
    const verdict = screen.getByRole('region', { name: 'Verdict' })
    const labels = () => within(verdict).getAllByText(/, (?:OK|Not applicable):/)
    expect(labels().map(label => label.parentElement?.textContent)).toEqual(['Your app, OK:'])
    fireEvent.click(within(verdict).getByRole('button', { name: '6 checks passed', expanded: false }))
    await waitFor(() => expect(labels()).toHaveLength(7))
    fireEvent.click(within(verdict).getByRole('button', { name: '6 checks passed', expanded: true }))
    await waitFor(() => expect(labels()).toHaveLength(1))
  })

  test('shows its fields as a tree that the keyboard walks, big numbers intact', async () => {
    await open({ body: event({ refnum: 1 }).replace('"refnum":1', '"refnum":12345678901234567890.10') })
    const tree = screen.getByRole('tree', { name: 'Body' })
    expect(within(tree).getByText('12345678901234567890.10')).toBeTruthy()
    const rows = () => within(tree).getAllByRole('treeitem')
    const all = rows().length
    rows()[0]?.focus()
    fireEvent.keyDown(document.activeElement ?? tree, { key: 'ArrowDown' })
    expect(document.activeElement?.textContent).toContain('"event"')
    fireEvent.keyDown(document.activeElement ?? tree, { key: 'Home' })
    fireEvent.keyDown(document.activeElement ?? tree, { key: 'ArrowLeft' })
    await waitFor(() => expect(rows()).toHaveLength(1))
    expect(rows()[0]?.getAttribute('aria-expanded')).toBe('false')
    fireEvent.keyDown(document.activeElement ?? tree, { key: 'ArrowRight' })
    await waitFor(() => expect(rows()).toHaveLength(all))
  })

  test('shows what changed as old and new', async () => {
    const body = event({}, { changes: { old: { status: 'P' }, new: { status: 'B' } } }).replace(
      'transaction.sale.success',
      'ach.submitted',
    )
    await open({ body })
    const table = screen.getByRole('table', { name: 'Changes' })
    expect(within(table).getByText('"P"')).toBeTruthy()
    expect(within(table).getByText('submitted', { exact: false })).toBeTruthy()
  })

  test('that was rejected names the cause and the fix', async () => {
    await open({ body: event({}), verdict: { kind: 'rejected', reasons: ['signature-wrong'] } })
    const verdict = screen.getByRole('region', { name: 'Verdict' })
    expect(within(verdict).getByText(/does not fit the body/)).toBeTruthy()
    expect(within(verdict).getByText(/Compare the key/)).toBeTruthy()
    expect(within(verdict).queryByText('Basic, user gateway.')).toBeNull()
    unfold()
    expect(await within(verdict).findByText('Basic, user gateway.')).toBeTruthy()
  })

  test('that was rejected for its credentials alone still has a signature that fits', async () => {
    const body = event({})
    await open({
      body,
      headers: [['X-Signature', sign(key, new TextEncoder().encode(body))]],
      verdict: { kind: 'rejected', reasons: ['credentials-missing'] },
    })
    const verdict = screen.getByRole('region', { name: 'Verdict' })
    unfold()
    expect(await within(verdict).findByText(/^Fits the body, with the signature key/)).toBeTruthy()
    expect(within(verdict).getByText(/No Authorization header/)).toBeTruthy()
  })

  test('whose key was corrected since says that it fits, the same in both places, and verifies again', async () => {
    const body = event({})
    const asked = await open(
      {
        body,
        headers: [
          ['X-Signature', sign(key, new TextEncoder().encode(body))],
          ['Authorization', `Basic ${btoa('gateway:s3cret')}`],
        ],
        verdict: { kind: 'rejected', reasons: ['signature-wrong', 'credentials-wrong'] },
      },
      { 'POST /api/hooks/main/verifications': { job: { id: '1', hook: 'main', state: 'running' } } },
    )
    const said = 'It fits the current key; rejected on arrival with another key.'
    const verdict = screen.getByRole('region', { name: 'Verdict' })
    expect(within(verdict).getByText(said)).toBeTruthy()
    expect(within(verdict).getByText(/^They are the current user name and password/)).toBeTruthy()
    tab(/Signature/)
    const toDo = await screen.findByRole('region', { name: 'What to do' })
    expect(within(toDo).getByText(said)).toBeTruthy()
    expect(document.body.textContent).not.toMatch(/does not fit the body|Compare the key|Reset Webhook/)
    fireEvent.click(within(toDo).getByRole('button', { name: 'Verify again' }))
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ method: 'POST', path: '/api/hooks/main/verifications' }))
  })
})

describe('a hostile or broken body', () => {
  test('that is not JSON is shown with the place where it breaks', async () => {
    await open({ body: '{"a":\n oops}' })
    expect(screen.getByText(/line 2, column 2/)).toBeTruthy()
    expect(screen.queryByRole('tree')).toBeNull()
  })

  test('of 10,000 nested brackets shows, folded', async () => {
    await open({ body: '['.repeat(10_000) + ']'.repeat(10_000) })
    expect(screen.getAllByRole('treeitem').length).toBeLessThan(50)
  })

  test('that holds markup, escapes and overrides stays text', async () => {
    await open({ body: event({ invoice: '<img src=x onerror=alert(1)>\u202e' }) })
    expect(document.querySelector('img')).toBeNull()
    expect(screen.getByRole('tree').textContent).toContain('<img src=x onerror=alert(1)>\ufffd')
  })

  test.each([
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), /not UTF-8/],
    ['empty', new Uint8Array(), /body is empty/],
  ])('that is %s says so', async (_, body, words) => {
    await open({ body })
    expect(screen.getAllByText(words).length).toBeGreaterThan(0)
  })

  test('with a byte order mark still shows as a tree', async () => {
    await open({ body: `\ufeff${event({})}` })
    expect(screen.getByRole('tree')).toBeTruthy()
  })
})

describe('secrets', () => {
  const headers = [
    ['Authorization', `Basic ${btoa('gateway:s3cret')}`],
    ['X-Signature', sign(key, new TextEncoder().encode(event({})))],
    ['X-Twice', 'one'],
    ['x-twice', 'two'],
  ] as const

  test('in headers are masked until revealed; order, case and duplicates stay', async () => {
    const asked = await open({ body: event({}), headers })
    tab(/Headers/)
    const table = await screen.findByRole('table', { name: 'Headers as received' })
    const rows = () =>
      within(table)
        .getAllByRole('row')
        .slice(1)
        .map(row => row.textContent)
    expect(rows().map(text => text?.slice(0, 7))).toEqual(['Authori', 'X-Signa', 'X-Twice', 'x-twice'])
    expect(table.textContent).not.toContain(btoa('gateway:s3cret'))
    expect(table.textContent).toContain(headers[1][1])
    fireEvent.click(screen.getByRole('button', { name: /Reveal credentials/ }))
    await waitFor(() => expect(table.textContent).toContain(btoa('gateway:s3cret')))
    expect(asked.at(-1)?.path).toBe('/api/deliveries/1?reveal=1&attempts=summary')
    fireEvent.click(screen.getByRole('button', { name: 'Screen sharing', pressed: false }))
    await waitFor(() => expect(table.textContent).not.toContain(headers[1][1]))
    // What was revealed before is hidden as well.
    await waitFor(() => expect(table.textContent).not.toContain(btoa('gateway:s3cret')))
    fireEvent.click(screen.getByRole('button', { name: 'Screen sharing', pressed: true }))
    await waitFor(() => expect(table.textContent).toContain(headers[1][1]))
  })

  test('that are card data are masked in every tab until revealed', async () => {
    await open({ body: event({ number: '4111111111111111', cvv: '123' }) })
    expect(document.body.textContent).not.toContain('4111111111111111')
    tab(/Raw/)
    await screen.findByRole('region', { name: 'Bytes as hex and text' })
    expect(document.body.textContent?.replace(/\s/g, '')).not.toContain('34313131313131313131313131313131')
    tab(/Body/)
    fireEvent.click(await screen.findByRole('button', { name: /Reveal card data/ }))
    await waitFor(() => expect(screen.getByRole('tree').textContent).toContain('4111111111111111'))
  })

  test('are no signatures: they are compared in full, until the screen is shared', async () => {
    const wrong = sign('another', new TextEncoder().encode(event({})))
    await open({
      body: event({}),
      headers: [['X-Signature', wrong]],
      verdict: { kind: 'rejected', reasons: ['signature-wrong'] },
    })
    tab(/Signature/)
    await screen.findByText(/They differ from character/)
    expect(document.body.textContent).toContain(wrong)
    setSharing(true)
    await waitFor(() => expect(document.body.textContent).not.toContain(wrong))
    expect(screen.getByText('The signatures are hidden.')).toBeTruthy()
  })
})

describe('your app', () => {
  const lines = () =>
    within(screen.getByRole('region', { name: 'Verdict' }))
      .getAllByRole('listitem')
      .filter(item => item.textContent?.startsWith('Your app'))

  test('leads the verdict: what it answered, why, the way to the attempt, and a replay', async () => {
    const failed = attempt({ id: 2, status: 500, ms: 127, line: 'TypeError: x is undefined' })
    const asked = await open(
      { body: event({}), attempts: [failed, attempt({ id: 1 })] },
      { 'POST /api/deliveries/1/replay': { attempt: attempt({ id: 3, source: 'replay' }) } },
    )
    const [line, ...others] = lines()
    expect(others).toEqual([])
    expect(line?.previousElementSibling).toBeNull()
    expect(line?.textContent).toContain('500 in 127 ms: TypeError: x is undefined')
    fireEvent.click(within(line ?? document.body).getByRole('button', { name: 'Show' }))
    expect(route.value.params).toMatchObject({ tab: 'attempts', attempt: '2' })
    fireEvent.click(within(line ?? document.body).getByRole('button', { name: 'Replay' }))
    await waitFor(() =>
      expect(asked.find(({ method }) => method === 'POST')?.json).toMatchObject({ target: failed.target }),
    )
  })

  test('is asked again by one POST and at most one GET, which is of no bytes of attempts; the new one is there', async () => {
    vi.stubGlobal('WebSocket', Wire)
    const stop = followListener()
    Wire.last.say({ kind: 'hello', cursor: 1, status: { hooks: [] } as unknown as Status })
    const again = attempt({ id: 3, source: 'replay' })
    const say = (cursor: number, { request, answer, timing, ...summary }: AttemptView) =>
      Wire.last.say({ kind: 'batch', cursor, changes: [{ kind: 'attempt', attempt: summary }] })
    const asked = await open(
      { body: event({}), attempts: [attempt({ id: 1 }), attempt({ id: 2, status: 500 })] },
      {
        'POST /api/deliveries/1/replay': () => {
          say(2, { ...again, outcome: 'pending', status: null, ms: null })
          say(3, again)
          return { attempt: again }
        },
      },
    )
    const before = asked.length
    const actions = within(screen.getByRole('toolbar', { name: 'Actions' }))
    recentTargets.value = [again.target]
    fireEvent.click(actions.getByRole('button', { name: /^Replay to/ }))
    await screen.findByRole('tab', { name: /Attempts.*3/ })
    await waitFor(() => expect(toasts.value).toHaveLength(1))
    stop()
    const since = asked.slice(before).map(({ method, path }) => `${method} ${path}`)
    expect(since.filter(call => call.startsWith('POST'))).toEqual(['POST /api/deliveries/1/replay'])
    expect(since.filter(call => call.startsWith('GET /api/deliveries')).length).toBeLessThanOrEqual(1)
    expect(asked.filter(({ path }) => /^\/api\/deliveries\/1(?!.*attempts=summary)(\?|$)/.test(path))).toEqual([])
  })

  test('has a line for each target, those that failed first', async () => {
    const elsewhere = { target: 'http://127.0.0.1:4000/', outcome: 'refused', status: null } as const
    const error = { code: 'ECONNREFUSED', message: 'Nothing listens at 127.0.0.1:4000.', hint: 'Start your app.' }
    await open({
      body: event({}),
      attempts: [attempt({ id: 1, ...elsewhere, error }), attempt({ id: 2 })],
      waitsFor: ['http://127.0.0.1:5000/'],
    })
    expect(lines().map(line => line.textContent)).toEqual([
      expect.stringContaining('Nothing listens at 127.0.0.1:4000.127.0.0.1:4000/Start your app.'),
      expect.stringContaining('200 in 12 ms'),
      expect.stringContaining('Queued.127.0.0.1:5000/'),
    ])
  })

  test('says why nothing was sent', async () => {
    const facts = { hasTarget: true, paused: true, rejectedToo: false, waits: true }
    await open({ body: event({}), notForwarded: whyNotForwarded(deliverySummary(), facts) })
    expect(lines()[0]?.textContent).toContain('Forwarding is paused')
    expect(within(lines()[0] ?? document.body).queryByRole('button', { name: 'Show' })).toBeNull()
  })
})

describe('attempts', () => {
  test('show what was sent, what came back, and why nothing did', async () => {
    const error = { code: 'ECONNREFUSED', message: 'Nothing listens there.', hint: 'Start your app.' }
    const failed = attempt({ id: 2, outcome: 'refused', status: null, answer: null, error })
    await open({ body: event({}), attempts: [attempt(), failed] })
    tab(/Attempts/)
    const panel = within(await screen.findByRole('tabpanel'))
    await panel.findByText('Start your app.')
    expect(panel.getByText('Nothing listens there.', { exact: false })).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: /answered 200/ }))
    await screen.findByRole('region', { name: 'Response' })
  })

  test('say what is wrong with an answer in sloppy HTTP', async () => {
    const fault = 'The answer had a body after 204, which HTTP does not allow.'
    await open({ body: event({}), attempts: [attempt({ status: 204, sloppy: [fault] })] })
    tab(/Attempts/)
    const line = await screen.findByRole('button', { name: /answered 204/ })
    if (line.getAttribute('aria-expanded') === 'false') fireEvent.click(line)
    expect(within(await screen.findByRole('note', { name: 'Sloppy HTTP' })).getByText(fault)).toBeTruthy()
  })

  test('name the proxy that led there', async () => {
    await open({ body: event({}), attempts: [attempt({ proxy: 'proxy.example:3128' })] })
    tab(/Attempts/)
    const line = await screen.findByRole('button', { name: /answered 200.*Proxy/ })
    if (line.getAttribute('aria-expanded') === 'false') fireEvent.click(line)
    const timing = within(await screen.findByRole('list', { name: 'Timing' }))
    expect(timing.getByText('through the proxy proxy.example:3128')).toBeTruthy()
  })

  test('two are compared with one click: both answers side by side, also when they are equal', async () => {
    const changes = ['body', 'signature'] as const
    const sent = { base64: btoa('{"amount":"1.31"}'), text: '{"amount":"1.31"}', bytes: 17 }
    const date = (second: number): HeaderList => [
      ['Date', `Mon, 30 Nov 2026 16:00:0${second} GMT`],
      ['Content-Type', 'application/json'],
    ]
    const body = { base64: btoa('{"ok":true}'), text: '{"ok":true}', bytes: 11 }
    const answered = (second: number, status = 200) => ({ status, headers: date(second), body, bodyBytes: 11 })
    const replayed = attempt({ id: 37, source: 'replay', own: false, changes, ms: 71, answer: answered(2) })
    const attempts = [
      attempt({ id: 19, answer: answered(1) }),
      {
        ...replayed,
        request: {
          ...replayed.request,
          body: sent,
          headers: [
            ['A', '1'],
            ['Content-Length', '17'],
          ] as const,
        },
      },
    ]
    await open({ body: event({}), attempts })
    tab(/Attempts/)
    const [scrolledTo, scroll] = [vi.fn(), Element.prototype.scrollIntoView]
    Element.prototype.scrollIntoView = scrolledTo
    fireEvent.click(screen.getByRole('button', { name: 'Compare both' }))
    const pair = await screen.findByRole('region', { name: 'Attempt 1 and Attempt 2' })
    await waitFor(() => expect(scrolledTo).toHaveBeenCalled())
    Element.prototype.scrollIntoView = scroll
    expect(within(pair).getByText('Both answered 200; the response bodies are equal.')).toBeTruthy()
    const rows = within(within(pair).getAllByRole('table')[0] ?? pair).getAllByRole('row')
    expect(rows.map(row => [...row.children].map(cell => cell.textContent?.replace(/\s+/g, ' ').trim()))).toEqual([
      ['', 'Attempt 1', 'Attempt 2'],
      [
        'Sent',
        'As received, http://127.0.0.1:3000/webhook',
        'Changed body, new signature, http://127.0.0.1:3000/webhook',
      ],
      ['Answer', 'answered 200', 'answered 200'],
      ['Time', '12 ms', '71 ms'],
      ['content-type', 'application/json', 'application/json'],
      ['Body', ...Array(2).fill('{ "ok": true }Indented for reading: its whitespace differs from the bytes.')],
    ])
    // The date of an answer and the length of a body are no news.
    const table = await within(pair).findByRole('table', { name: /differences?$/ })
    expect(table.textContent).not.toMatch(/date|content-length/i)
    expect(screen.getByText('Comparing attempts 1 and 2.')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Stop comparing' }))
    expect(screen.queryByRole('region', { name: 'Attempt 1 and Attempt 2' })).toBeNull()
  })

  test('of which two are ticked are compared', async () => {
    await open({ body: event({}), attempts: [attempt(), attempt({ id: 2, target: 'http://127.0.0.1:4000/' })] })
    tab(/Attempts/)
    for (const box of await screen.findAllByRole('checkbox')) fireEvent.click(box)
    const table = await screen.findByRole('table', { name: '1 difference' })
    expect(table.textContent).toContain('http://127.0.0.1:4000/')
  })
})

describe('other deliveries', () => {
  test('of the object are told in triggered order with what is late or missing', async () => {
    const step = (
      id: number,
      eventType: string,
      eventTriggered: string,
      lastAttempt: DeliverySummary['lastAttempt'] = null,
    ) => deliverySummary({ id, eventType, eventTriggered, objectKey: 'k', lastAttempt })
    const deliveries = [
      step(9, 'ach.settled', '2026-11-21 09:00:00', attempt({ ms: 71 })),
      step(8, 'ach.failed', '2026-11-22 09:00:00', attempt({ status: 500, ms: 12, line: 'TypeError: x' })),
      step(1, 'ach.returned', '2026-11-23 13:00:00'),
    ]
    await open({ body: event({}) }, { 'GET /api/deliveries/1/journey': { deliveries, renewingBelow: null } })
    tab(/Related events/)
    await screen.findByText(/Missing here/)
    const late = screen.getAllByText(/arrived after #/)
    expect(late.map(mark => [mark.closest('li')?.textContent?.match(/#\d+/)?.[0], mark.textContent])).toEqual([
      ['#9', 'arrived after #8, though triggered before it'],
      ['#8', 'arrived after #1, though triggered before it'],
    ])
    const answers = ['→ 200 in 71 ms', '→ 500 in 12 ms: TypeError: x', 'not sent']
    expect(answers.map(answer => screen.getByText(answer).closest('li')?.textContent?.match(/#\d+/)?.[0])).toEqual([
      '#9',
      '#8',
      '#1',
    ])
    expect(screen.getByText(/^State:/).textContent).toBe('State: returned since 2026-11-23 13:00:00')
    expect(screen.queryByText(/still being linked/)).toBeNull()
    expect(screen.getByRole('link', { name: '#9' }).getAttribute('href')).toBe('/deliveries/9')
  })

  test('of the event are told, and what was rejected is called no retry', async () => {
    const step = (id: number, parts: Partial<DeliverySummary> = {}) =>
      deliverySummary({ id, eventType: 'ach.settled', eventTriggered: '2026-11-21 09:00:00', objectKey: 'k', ...parts })
    const deliveries = [
      step(1),
      step(2, { retryOf: 1, notes: ['retry'] }),
      step(3, { retryOf: 1, notes: ['retry-changed'], verdict: 'rejected' }),
    ]
    await open(
      { body: event({}), fields: { tries: 2 } },
      {
        'GET /api/deliveries/1/journey': { deliveries, renewingBelow: null },
        'GET /api/deliveries/1/tries': { deliveries },
      },
    )
    tab(/Related events/)
    const retries = within(await screen.findByRole('region', { name: 'Deliveries of this event' }))
    expect(retries.getByRole('heading').textContent).toBe('This event_id arrived 3 times')
    expect(retries.getAllByRole('listitem').map(item => item.textContent?.match(/(first|again).*? ·/)?.[0])).toEqual([
      'first ·',
      'again, identical ·',
      'again, changed, rejected ·',
    ])
    const related = within(screen.getByRole('region', { name: 'Related events' }))
    expect(related.getByText(/^retry of/).textContent).toBe('retry of #1')
    expect(related.getByText(/^same event_id/).textContent).toBe('same event_id as #1')
  })

  test('can be compared, the older on the left', async () => {
    const other = viewOf({ id: 7, body: event({ invoice: 'B' }) })
    await open({ body: event({ invoice: 'A' }) }, { 'GET /api/deliveries/7': other })
    connectRouter('/deliveries/1?compare=7', () => undefined)
    const table = await screen.findByRole('table', { name: '1 difference' })
    expect(table.textContent).toContain('#7object.invoice')
    expect(table.textContent?.indexOf('"A"')).toBeLessThan(table.textContent?.indexOf('"B"') ?? 0)
  })

  test('a delivery that is gone says so', async () => {
    vi.stubGlobal('fetch', fakeApi({}).fetch)
    render(<DetailView id={1} />)
    await screen.findByRole('heading', { name: 'Delivery 1 not found' })
  })
})

test('the open tab is in the URL', async () => {
  await open({ body: event({}) })
  tab(/Raw/)
  expect(route.value.params['tab']).toBe('raw')
  tab(/Body/)
  await waitFor(() => expect(route.value.params['tab']).toBeUndefined())
})
