// @vitest-environment happy-dom

/** Settings > Forwarding: what stops where webhooks have targets of their own. */
import { afterEach, expect, it, vi } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import { status } from '../../../ui/app/listener.ts'
import { toasts } from '../../../ui/kit/toasts.ts'
import { ForwardForm } from '../../../ui/settings/forward-form.tsx'
import { cleanup, fireEvent, render, screen, waitFor } from '../../helpers/screen.ts'
import { forwardStatus } from '../../helpers/summaries.ts'
import { fakeApi } from '../deliveries/detail/detail-fixtures.ts'

afterEach(() => {
  cleanup()
  status.value = null
  vi.unstubAllGlobals()
})

const [shop, books] = ['http://localhost:3000/webhooks', 'http://localhost:4000/ach']
const hooks = [{ id: 'books', label: 'Books' }]
const forwardTo = (...targets: string[]) => ({ hooks, forward: forwardStatus(...targets) }) as unknown as Status

it('says that a webhook with a target of its own goes on, before and after the others are removed', async () => {
  const both = forwardTo(shop, books)
  const routes = both.forward?.routes.map(one =>
    one.target === books ? { ...one, hook: 'books', from: 'hook' as const } : one,
  )
  const left = { ...forwardTo(books), forward: { ...forwardStatus(books), given: [], routes: routes?.slice(1) } }
  const { fetch } = fakeApi({ 'PUT /api/forward': left })
  vi.stubGlobal('fetch', fetch)
  status.value = { ...both, forward: { ...both.forward, given: [shop], routes } } as unknown as Status
  render(<ForwardForm />)
  screen.getByText('Also forwarded: by “Books” to localhost:4000/ach. Pause stops these, too.')
  fireEvent.click(screen.getByRole('button', { name: 'Remove these targets' }))
  await waitFor(() =>
    expect(toasts.value.at(-1)?.text).toBe(
      'These targets are removed. Still forwarded: by “Books” to localhost:4000/ach',
    ),
  )
})

it('stops forwarding where nothing else has a target', () => {
  status.value = { ...forwardTo(shop), forward: { ...forwardStatus(shop), given: [shop] } }
  render(<ForwardForm />)
  screen.getByRole('button', { name: 'Stop forwarding' })
})
