// @vitest-environment happy-dom

/** Searching: no letter is lost, and the counts beside the list follow. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { facets } from '../../../../ui/app/facets.ts'
import { startFrame } from '../../../../ui/app/frame/start.ts'
import { started } from '../../../../ui/app/listener.ts'
import { connectRouter, queryText } from '../../../../ui/app/route.ts'
import { FilterBar } from '../../../../ui/deliveries/list/filter-bar.tsx'
import { NoMatch } from '../../../../ui/deliveries/list/no-match.tsx'
import { Search } from '../../../../ui/deliveries/list/search.tsx'
import { fetchLanguage } from '../../../../ui/deliveries/list/search-language.ts'
import { act, cleanup, fireEvent, render, screen, waitFor } from '../../../helpers/screen.ts'
import { Wire } from '../../../helpers/wire.ts'
import { fakeApi } from '../detail/detail-fixtures.ts'

const goTo = (url: string) => connectRouter(url, next => goTo(next))
const none = { verified: 0, unchecked: 0, rejected: 0 }
const counts = (total: number, parts: object = {}) => ({
  ...{ total, capped: false, bytes: 0, verdicts: none, duplicates: 0, unknown: 0, failed: 0, pinned: 0 },
  ...{ types: [], hooks: [], ...parts },
})

beforeEach(async () => {
  goTo('/')
  await fetchLanguage()
})
afterEach(() => {
  cleanup()
  facets.value = null
  started.value = false
  vi.unstubAllGlobals()
})

it('has the caret in the search before the next key comes', () => {
  vi.stubGlobal('WebSocket', Wire)
  const stop = startFrame()
  try {
    render(<Search />)
    const field = screen.getByRole('combobox')
    fireEvent.keyDown(document.body, { key: '/' })
    expect(document.activeElement).toBe(field)
  } finally {
    stop()
  }
})

it('keeps what is typed while the URL takes up what was typed before', async () => {
  let arrive: (() => void) | undefined
  connectRouter('/', next => {
    arrive = () => goTo(next)
  })
  render(<Search />)
  const field = screen.getByRole<HTMLInputElement>('combobox')
  fireEvent.input(field, { target: { value: 'refu' } })
  await waitFor(() => expect(arrive).toBeDefined())
  fireEvent.input(field, { target: { value: 'refund' } })
  act(() => arrive?.())
  expect(queryText.value).toBe('refu')
  expect(field.value).toBe('refund')
  // What comes from elsewhere is taken over all the same.
  act(() => goTo('/?q=is:rejected'))
  expect(field.value).toBe('is:rejected')
})

it('counts what the search finds, of how many, and by chip and type what their alternatives would', async () => {
  const answers = new Map([
    ['refund is:rejected type:ach.*', counts(2)],
    ['refund type:ach.*', counts(7, { verdicts: { verified: 5, unchecked: 0, rejected: 2 } })],
    ['refund is:rejected', counts(3, { types: [{ type: 'ach.settled', family: 'ach', count: 3 }] })],
  ])
  const { fetch } = fakeApi({
    'GET /api/facets': ({ path }: { path: string }) =>
      answers.get(new URLSearchParams(path.split('?')[1]).get('q') ?? ''),
  })
  vi.stubGlobal('fetch', fetch)
  facets.value = counts(1067) as never
  const { container } = render(<FilterBar />)
  const said = () => container.querySelector('.how-many')?.textContent
  expect(said()).toBe('1,067')
  act(() => {
    goTo('/?q=refund+is:rejected+type:ach.*')
    started.value = true
  })
  await waitFor(() => expect(said()).toBe('2 of 1,067'))
  expect(screen.getByRole('button', { name: /^Verified/ }).textContent).toBe('Verified5')
  expect(screen.getByRole('button', { name: /^Rejected/ }).textContent).toBe('Rejected2')
  expect(screen.getByRole('menuitemcheckbox', { name: /ach.settled/, hidden: true }).textContent).toContain('3')
})

it('shows no count of another search than the one that is shown', async () => {
  const counted = new Map([
    ['refund', counts(7, { verdicts: { verified: 5, unchecked: 0, rejected: 2 } })],
    ['refund is:rejected', counts(2)],
    ['chargeback', counts(0)],
  ])
  const { fetch } = fakeApi({
    'GET /api/facets': ({ path }: { path: string }) =>
      counted.get(new URLSearchParams(path.split('?')[1]).get('q') ?? ''),
  })
  vi.stubGlobal('fetch', fetch)
  facets.value = counts(1067) as never
  const { container } = render(<FilterBar />)
  const said = () => [
    container.querySelector('.how-many')?.textContent,
    screen.getByRole('button', { name: /^Rejected/ }).textContent,
  ]
  act(() => {
    goTo('/?q=refund')
    started.value = true
  })
  await waitFor(() => expect(said()).toEqual(['7 of 1,067', 'Rejected2']))
  // The chips are counted without themselves: theirs stay.
  act(() => goTo('/?q=refund+is:rejected'))
  expect(said()).toEqual(['', 'Rejected2'])
  await waitFor(() => expect(said()).toEqual(['2 of 1,067', 'Rejected2']))
  act(() => goTo('/?q=chargeback'))
  expect(said()).toEqual(['', 'Rejected'])
  await waitFor(() => expect(said()).toEqual(['0 of 1,067', 'Rejected']))
})

it('asks whether a time was meant where a search for its words finds nothing', () => {
  goTo('/?q=refund+on+yesterday')
  render(<NoMatch />)
  fireEvent.click(screen.getByRole('button', { name: 'refund on:yesterday' }))
  expect(queryText.value).toBe('refund on:yesterday')
  expect(screen.queryByText(/Did you mean/)).toBeNull()
})
