// @vitest-environment happy-dom
/** Files that are dropped on the list: read in the page, imported through the API, and their result said. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ExportMenu } from '../../../../ui/deliveries/list/export-menu.tsx'
import { toasts } from '../../../../ui/kit/toasts.ts'
import { render, waitFor } from '../../../helpers/screen.ts'
import { fakeApi } from '../detail/detail-fixtures.ts'

const line = (value: object) => `${JSON.stringify(value)}\n`
const delivery = {
  ...{ kind: 'delivery', id: 7, receivedAt: '2026-11-20T10:00:00.250Z', readMs: 1, method: 'POST', target: '/in' },
  ...{ httpVersion: '1.1', headers: [['X-A', 'b']], body: btoa('{}'), bytes: 2, remoteAddress: '127.0.0.1' },
  ...{ verdict: { kind: 'unchecked' }, status: 200, mocked: false, hook: { id: 'main', label: null }, flags: [] },
  attempts: [],
}
const head = { hookscope: 'capture', version: 1, by: '0.1.0', exportedAt: 'now', contents: 'exact', testKey: null }
/** @returns whether the browser would go on with it */
function drop(name: string, text: string): boolean {
  const event = new Event('drop', { bubbles: true, cancelable: true })
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [new File([text], name)] } })
  return document.body.dispatchEvent(event)
}

beforeEach(() => {
  toasts.value = []
})
afterEach(() => vi.unstubAllGlobals())

it('imports what is dropped, and says what was added', async () => {
  const { asked, fetch } = fakeApi({
    'POST /api/imports': { added: [12], present: 0, tooOld: 0 },
    'GET /api/facets': {},
  })
  vi.stubGlobal('fetch', fetch)
  render(<ExportMenu />)
  // Else the browser would open the file in place of the page.
  expect(drop('day.hookscope', line(head) + line(delivery) + line({ kind: 'end', deliveries: 1 }))).toBe(false)
  await waitFor(() =>
    expect(toasts.value.map(({ text, tone }) => [text, tone])).toEqual([['day.hookscope: Imported 1 delivery.', 'ok']]),
  )
  const sentTo = asked.filter(({ method }) => method === 'POST')
  expect(sentTo).toHaveLength(1)
  const { kind: _, id: __, flags: ___, attempts: ____, ...sent } = delivery
  expect(sentTo[0]?.json).toEqual({ deliveries: [{ ...sent, hook: 'main', headersExact: true }] })
})

it('says why a file cannot be imported, and that one was cut off', async () => {
  const { asked, fetch } = fakeApi({
    'POST /api/imports': { added: [12], present: 0, tooOld: 0 },
    'GET /api/facets': {},
  })
  vi.stubGlobal('fetch', fetch)
  render(<ExportMenu />)
  drop('picture.png', '\x89PNG')
  await waitFor(() => expect(toasts.value.at(-1)?.text).toMatch(/^picture\.png was not imported: The file is none/))
  expect(asked.filter(({ method }) => method === 'POST')).toEqual([])
  drop('cut.hookscope', `${line(head)}${line(delivery)}{"kind":"deli`)
  await waitFor(() => expect(toasts.value.at(-1)?.text).toContain('it was cut off'))
  expect(toasts.value.at(-1)?.tone).toBe('bad')
})
