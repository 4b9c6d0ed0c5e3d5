// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { pinDeliveries, removeDeliveries } from '../../ui/models/delivery-actions.ts'
import { shown } from '../../ui/models/detail.ts'
import { handleKey } from '../../ui/models/keys.ts'
import { bulkReplay, editing, recentTargets } from '../../ui/models/replay.ts'
import { connectRouter, openId, route } from '../../ui/models/route.ts'
import { selectedIds } from '../../ui/models/selection.ts'
import { toasts } from '../../ui/models/toasts.ts'
import { DetailView } from '../../ui/views/detail/detail.tsx'
import { BulkBar } from '../../ui/views/replay/bulk-bar.tsx'
import { cleanup, fireEvent, render, screen, waitFor, within } from '../helpers/screen.ts'
import { fakeApi, viewOf } from './detail-fixtures.ts'

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
  ],
  reveal: true,
})
const answers = {
  'GET /api/deliveries/1': view,
  'POST /api/deliveries/1/replay': { attempt },
  'POST /api/deliveries/1/replay/preview': {
    request: { ...attempt.request },
    signatures: { original: 'a'.repeat(64), resigned: 'b'.repeat(64) },
  },
  'POST /api/replays': {
    job: { id: 'j1', target, total: 2, sent: 0, answered: 0, failed: 0, problem: null, state: 'running' },
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
    expect([typeOf('Value of Authorization'), typeOf('Value of X-Signature')]).toEqual(['password', 'password'])
    fireEvent.click(screen.getByRole('button', { name: 'Reveal secrets' }))
    expect([typeOf('Value of Authorization'), typeOf('Value of X-Signature')]).toEqual(['text', 'text'])
    fireEvent.input(screen.getByLabelText('Value of X-Signature'), { target: { value: 'c' } })
    await screen.findByText('b'.repeat(64))
    fireEvent.click(screen.getByRole('radio', { name: /Sign the body/ }))
    fireEvent.click(screen.getByRole('button', { name: 'Send' }))
    await screen.findByText(/answered 200 in 7 ms/)
    const headers = [
      ['Authorization', 'Basic c2VjcmV0'],
      ['X-Signature', 'c'],
    ]
    expect(sent(asked)).toEqual({ target, resign: true, changes: { headers } })
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

  test('are deleted, and come back with undo', async () => {
    const asked = start()
    await removeDeliveries([1, 2])
    expect(openId.value).toBeNull()
    expect(toasts.value.at(-1)?.text).toBe('Deleted 2 deliveries.')
    toasts.value.at(-1)?.action?.run()
    await waitFor(() => expect(toasts.value.at(-1)?.text).toBe('Brought back 2 deliveries.'))
    expect(asked.at(-1)?.json).toEqual({ ids: [1, 2] })
  })

  test('what fails says so', async () => {
    vi.stubGlobal('fetch', fakeApi({}).fetch)
    await pinDeliveries([1], true)
    expect(toasts.value.at(-1)).toMatchObject({ tone: 'bad', text: 'There is none. Look again.' })
  })
})
