// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Status } from '../../../../core/api/messages.ts'
import { parseQuery } from '../../../../core/search/search.ts'
import { status } from '../../../../ui/app/listener.ts'
import { connectRouter, openId, route } from '../../../../ui/app/route.ts'
import { recentTargets } from '../../../../ui/app/targets.ts'
import { BulkBar } from '../../../../ui/deliveries/actions/bulk-bar.tsx'
import { pinDeliveries, removeDeliveries } from '../../../../ui/deliveries/actions/delivery-actions.ts'
import { DetailView } from '../../../../ui/deliveries/detail/detail.tsx'
import { shown } from '../../../../ui/deliveries/detail/open-delivery.ts'
import { selectedIds } from '../../../../ui/deliveries/list/selection.ts'
import { bulkReplay, editing } from '../../../../ui/deliveries/replay/replay.ts'
import { handleKey } from '../../../../ui/kit/keys.ts'
import { setSharing } from '../../../../ui/kit/screen-sharing.ts'
import { toasts } from '../../../../ui/kit/toasts.ts'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '../../../helpers/screen.ts'
import { fakeApi, viewOf } from '../detail/detail-fixtures.ts'

const target = 'http://127.0.0.1:3000/webhook'
const body = { base64: btoa('{}'), text: '{}', bytes: 2 }
const attempt = {
  id: 5,
  delivery: 1,
  source: 'replay',
  target,
  startedAt: '2026-11-23T12:00:01.000Z',
  outcome: 'answered',
  status: 200,
  ms: 7,
  line: null,
  location: null,
  request: { method: 'POST', url: target, headers: [], body },
  answer: { status: 200, headers: [], body: { ...body, text: '{"taken":1}', bytes: 11 }, bodyBytes: 11 },
  timing: null,
  error: null,
}
const view = viewOf({
  id: 1,
  body: '{"type":"event"}',
  headers: [
    ['Host', 'hooks.example'],
    ['Authorization', 'Basic c2VjcmV0'],
    ['X-Signature', 'a'.repeat(64)],
    ['Hookscope-Source', 'simulate'],
    ['Expect', '100-continue'],
    ['X-Hop', '1'],
    ['Connection', 'X-Hop'],
  ],
  reveal: true,
})
const answers = {
  'GET /api/deliveries/1': view,
  'POST /api/deliveries/1/replay': { attempt },
  'POST /api/deliveries/1/replay/preview': {
    request: {
      ...attempt.request,
      headers: [
        ['Host', '127.0.0.1:3000'],
        ['X-Signature', 'a'.repeat(64)],
        ['Hookscope-Source', 'replay'],
        ['Hookscope-Delivery', '1'],
        ['Connection', 'keep-alive'],
      ],
    },
    signatures: { original: 'a'.repeat(64), resigned: 'b'.repeat(64) },
  },
  'POST /api/replays': {
    job: { id: 'j1', target, total: 2, leftOut: 0, sent: 0, answered: 0, failed: 0, problem: null, state: 'running' },
  },
  'POST /api/deliveries/remove': { ids: [1, 2] },
  'POST /api/deliveries/restore': { ids: [1, 2] },
  'POST /api/deliveries/pin': { ids: [1] },
}

function start() {
  const { asked, fetch } = fakeApi(answers)
  vi.stubGlobal('fetch', fetch)
  return asked
}

const press = (key: string) => handleKey(new KeyboardEvent('keydown', { key, cancelable: true }))

beforeEach(() => {
  shown.value = null
  toasts.value = []
  recentTargets.value = []
  selectedIds.value = new Set()
  editing.value = null
  bulkReplay.value = null
  const go = (url: string) => connectRouter(url, go)
  go('/deliveries/1')
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

async function openDialog() {
  const asked = start()
  render(<DetailView id={1} />)
  await screen.findByRole('heading', { level: 1 })
  press('e')
  await screen.findByRole('dialog', { name: 'Replay #1 with changes' })
  await screen.findByLabelText('Target')
  return asked
}

const sent = (asked: Awaited<ReturnType<typeof openDialog>>) =>
  asked.find(call => call.method === 'POST' && call.path === '/api/deliveries/1/replay')?.json

describe('replay with changes', () => {
  test('asks for what was changed alone, and shows what came back', async () => {
    const asked = await openDialog()
    fireEvent.input(screen.getByLabelText('Target'), { target: { value: target } })
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await screen.findByText(/127.0.0.1:3000 answered 200 in 7 ms/)
    expect(sent(asked)).toEqual({ target, resign: false, changes: {} })
    expect(recentTargets.value).toEqual([target])
  })

  test('sends a changed header with all the others, credentials included, and re-signs when asked', async () => {
    const asked = await openDialog()
    fireEvent.input(screen.getByLabelText('Target'), { target: { value: target } })
    const typeOf = (label: string) => screen.getByLabelText(label).getAttribute('type')
    expect([typeOf('Value of Authorization'), typeOf('Value of X-Signature')]).toEqual(['password', 'text'])
    fireEvent.click(screen.getByRole('button', { name: 'Reveal secrets' }))
    expect([typeOf('Value of Authorization'), typeOf('Value of X-Signature')]).toEqual(['text', 'text'])
    // Nothing that is revealed stays so once the screen is shared.
    act(() => setSharing(true))
    expect([typeOf('Value of Authorization'), typeOf('Value of X-Signature')]).toEqual(['password', 'password'])
    act(() => setSharing(false))
    expect([typeOf('Value of Authorization'), typeOf('Value of X-Signature')]).toEqual(['password', 'text'])
    fireEvent.input(screen.getByLabelText('Value of X-Signature'), { target: { value: 'c' } })
    await screen.findByText('b'.repeat(64))
    // Whoever writes a signature wants that one.
    const choices = within(screen.getByRole('group', { name: 'Signature' }))
    expect(choices.getByRole('radio', { name: /As received/, checked: true })).toBeTruthy()
    fireEvent.click(screen.getByRole('radio', { name: /Sign the body/ }))
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await screen.findByText(/answered 200 in 7 ms/)
    const headers = [
      ['Authorization', 'Basic c2VjcmV0'],
      ['X-Signature', 'c'],
    ]
    expect(sent(asked)).toEqual({ target, resign: true, changes: { headers } })
  })

  test('shows what is sent: what the sender sets is told, and is not to be edited', async () => {
    await openDialog()
    fireEvent.input(screen.getByLabelText('Target'), { target: { value: target } })
    const headers = within(screen.getByRole('region', { name: 'Headers' }))
    const edited = () => headers.getAllByLabelText(/^Value of/).map(input => input.getAttribute('aria-label'))
    const set = () =>
      headers
        .getAllByRole('listitem')
        .flatMap(({ textContent }) => (textContent?.endsWith('set when sent') ? [textContent] : []))
    const own = ['Host127.0.0.1:3000', 'Hookscope-Sourcereplay', 'Hookscope-Delivery1', 'Connectionkeep-alive']
    await waitFor(() => expect(set()).toEqual(own.map(text => `${text}set when sent`)))
    expect(edited()).toEqual(['Value of Authorization', 'Value of X-Signature'])
    fireEvent.click(screen.getByRole('radio', { name: /Sign the body/ }))
    await waitFor(() => expect(set().at(-1)).toBe(`X-Signature${'b'.repeat(64)}set when sent`))
    expect(edited()).toEqual(['Value of Authorization'])
    const choices = within(screen.getByRole('group', { name: 'Signature' }))
    fireEvent.click(choices.getByRole('radio', { name: /As received/ }))
    await waitFor(() => expect(edited()).toEqual(['Value of Authorization', 'Value of X-Signature']))
  })

  test('signs anew whatever is changed, unless somebody chooses otherwise', async () => {
    const asked = await openDialog()
    fireEvent.input(screen.getByLabelText('Target'), { target: { value: target } })
    const choices = within(screen.getByRole('group', { name: 'Signature' }))
    const chosen = (name: RegExp) => choices.queryByRole('radio', { name, checked: true })
    expect(chosen(/As received/)).toBeTruthy()
    fireEvent.input(screen.getByLabelText('Method'), { target: { value: 'put' } })
    await waitFor(() => expect(chosen(/Sign the body/)).toBeTruthy())
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await screen.findByText(/answered 200 in 7 ms/)
    expect(sent(asked)).toEqual({ target, resign: true, changes: { method: 'PUT' } })
    fireEvent.click(choices.getByRole('radio', { name: /As received/ }))
    fireEvent.input(screen.getByLabelText('Method'), { target: { value: 'patch' } })
    await waitFor(() => expect(chosen(/As received/)).toBeTruthy())
  })

  test('does not send to what is no URL, and says why', async () => {
    const asked = await openDialog()
    fireEvent.input(screen.getByLabelText('Target'), { target: { value: 'shop' } })
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await screen.findByText(/not a URL/)
    expect(sent(asked)).toBeUndefined()
  })
})

describe('keys', () => {
  test('r replays to the target used last and says how it ended', async () => {
    const asked = start()
    recentTargets.value = [target]
    press('r')
    await waitFor(() => expect(toasts.value.at(-1)?.text).toBe('Replayed #1: 127.0.0.1:3000 answered 200 in 7 ms.'))
    expect(sent(asked)).toEqual({ target })
  })

  test('r asks for a target when none is known', () => {
    start()
    press('r')
    expect(editing.value).toBe(1)
  })

  test('1 to 6 open the tabs', () => {
    press('4')
    expect(route.value.params['tab']).toBe('attempts')
    press('1')
    expect(route.value.params['tab']).toBeUndefined()
  })
})

describe('several', () => {
  test('are counted before they are replayed, then sent as a job', async () => {
    const asked = start()
    selectedIds.value = new Set([1, 2])
    render(<BulkBar />)
    expect(screen.getByText('2 deliveries selected')).toBeTruthy()
    press('r')
    const dialog = await screen.findByRole('dialog', { name: 'Replay 2 deliveries' })
    fireEvent.input(within(dialog).getByLabelText('Target'), { target: { value: target } })
    await within(dialog).findByText('2 deliveries will be sent to 127.0.0.1:3000.')
    fireEvent.change(within(dialog).getByLabelText('Pace'), { target: { value: '5' } })
    fireEvent.click(within(dialog).getByRole('radio', { name: 'As they arrived' }))
    fireEvent.click(within(dialog).getByRole('button', { name: 'Replay 2 deliveries' }))
    await waitFor(() => expect(bulkReplay.value).toBeNull())
    const job = asked.find(call => call.path === '/api/replays')?.json
    expect(job).toEqual({ ids: [1, 2], target, order: 'received', rate: 5, resign: false })
  })

  test('rejected ones are left out where they would be signed again, unless chosen', async () => {
    const { asked, fetch } = fakeApi({ ...answers, 'GET /api/deliveries/count': { count: 1, capped: false } })
    vi.stubGlobal('fetch', fetch)
    const jobs = () => asked.filter(call => call.path === '/api/replays').map(({ json }) => json)
    render(<BulkBar />)
    for (const chosen of [false, true]) {
      selectedIds.value = new Set([1, 2])
      press('r')
      const dialog = within(await screen.findByRole('dialog', { name: 'Replay 2 deliveries' }))
      const box = await dialog.findByLabelText('1 of these was rejected: leave it out')
      expect(box).toMatchObject({ checked: false })
      fireEvent.input(dialog.getByLabelText('Target'), { target: { value: target } })
      fireEvent.click(dialog.getByLabelText(/Re-sign each body/))
      await waitFor(() => expect(box).toMatchObject({ checked: true }))
      if (chosen) fireEvent.click(box)
      fireEvent.click(await dialog.findByRole('button', { name: chosen ? 'Replay 2 deliveries' : 'Replay 1 delivery' }))
      await waitFor(() => expect(bulkReplay.value).toBeNull())
    }
    expect(asked.find(({ path }) => path.startsWith('/api/deliveries/count'))?.path).toContain(
      'q=id%3A1-2+is%3Arejected',
    )
    const job = { ids: [1, 2], target, order: 'triggered', rate: null, resign: true }
    expect(jobs()).toEqual([job, { ...job, includeRejected: true }])
  })

  test('of many that are scattered, the rejected ones are counted in parts that a search can hold', async () => {
    const { asked, fetch } = fakeApi({ ...answers, 'GET /api/deliveries/count': { count: 3, capped: false } })
    vi.stubGlobal('fetch', fetch)
    render(<BulkBar />)
    selectedIds.value = new Set(Array.from({ length: 150 }, (_, place) => 2 * place + 1))
    press('r')
    const dialog = within(await screen.findByRole('dialog', { name: 'Replay 150 deliveries' }))
    await dialog.findByLabelText('6 of these were rejected: leave them out')
    const searches = asked.flatMap(({ path }) =>
      path.startsWith('/api/deliveries/count') ? (new URLSearchParams(path.split('?')[1]).get('q') ?? '') : [],
    )
    expect(searches.map(q => parseQuery(q).ok)).toEqual([true, true])
    const terms = searches.flatMap(q => parseQuery(q).query.terms)
    expect(terms.flatMap(({ anyOf }) => anyOf.filter(({ field }) => field === 'id'))).toHaveLength(150)
  })

  test('where it is not known how many are left out, no number is said', async () => {
    vi.stubGlobal('fetch', fakeApi(answers).fetch)
    render(<BulkBar />)
    selectedIds.value = new Set([1, 2])
    press('r')
    const dialog = within(await screen.findByRole('dialog', { name: 'Replay 2 deliveries' }))
    const box = await dialog.findByLabelText('Leave rejected deliveries out')
    fireEvent.input(dialog.getByLabelText('Target'), { target: { value: target } })
    await dialog.findByText('2 deliveries will be sent to 127.0.0.1:3000.')
    fireEvent.click(box)
    await dialog.findByRole('button', { name: 'Replay' })
    expect(dialog.queryByText(/will be sent/)).toBeNull()
  })

  test('what an app missed is offered once it is back, and sent in order or dismissed', async () => {
    const asked = start()
    const missed = { id: 'm', target, why: 'missed', count: 9, query: 'id:45-53' }
    status.value = { leftovers: [missed] } as unknown as Status
    render(<BulkBar />)
    expect(screen.getByText('127.0.0.1:3000 missed 9 deliveries while it was down.')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Show' }).getAttribute('href')).toContain('id%3A45-53')
    fireEvent.click(screen.getByRole('button', { name: 'Send in order' }))
    await waitFor(() => expect(asked.at(-1)?.path).toBe('/api/leftovers/m/send'))
    fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }))
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/leftovers/m' }))
    status.value = null
  })

  test('a job says how many rejected ones it left out, and one that left out none says nothing of it', () => {
    const job = { target, total: 3, sent: 1, answered: 1, failed: 0, problem: null, state: 'running' }
    status.value = {
      jobs: [
        { ...job, id: 'a', leftOut: 2 },
        { ...job, id: 'b', leftOut: 0 },
      ],
    } as unknown as Status
    render(<BulkBar />)
    const strip = screen.getByRole('region', { name: 'Replays and changes of many deliveries' })
    expect([...strip.querySelectorAll('.job .muted')].map(({ textContent }) => textContent)).toEqual([
      '1 answered, 0 failed, 2 rejected left out',
      '1 answered, 0 failed',
    ])
    status.value = null
  })

  test('are deleted, and come back with undo', async () => {
    const asked = start()
    await removeDeliveries([1, 2])
    expect(openId.value).toBeNull()
    expect(toasts.value.at(-1)?.text).toBe('Deleted 2 deliveries.')
    toasts.value.at(-1)?.action?.run()
    await waitFor(() => expect(toasts.value.at(-1)?.text).toBe('Restored 2 deliveries.'))
    expect(asked.at(-1)?.json).toEqual({ ids: [1, 2] })
  })

  test('what fails says so', async () => {
    vi.stubGlobal('fetch', fakeApi({}).fetch)
    await pinDeliveries([1], true)
    expect(toasts.value.at(-1)).toMatchObject({ tone: 'bad', text: 'There is none. Look again.' })
  })
})
