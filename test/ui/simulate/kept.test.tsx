// @vitest-environment happy-dom

import { afterEach, expect, it } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import { status } from '../../../ui/app/listener.ts'
import { SettingsView } from '../../../ui/settings/settings-view.tsx'
import { cleanup, render, screen } from '../../helpers/screen.ts'

afterEach(() => {
  cleanup()
  status.value = null
})

const listening = (more: Partial<Status>) =>
  ({
    ...{ hooks: [], tunnel: { state: 'off' }, db: '/tmp/kept.db', forward: null, answer: 'hookscope', observe: false },
    ...{ startedAt: '2026-11-23T12:00:00.000Z', limits: { bodyBytes: 1024 }, exposed: null },
    ...{
      retention: { count: 1000, days: null, bytes: 10_485_760 },
      pinsBeyond: null,
      droppedUnseen: 0,
      preparing: 0,
      droppedWaiting: 0,
    },
    ...more,
  }) as unknown as Status

it('Settings say what is kept, and where a limit is met in a way that nobody expects', () => {
  status.value = listening({})
  const { unmount } = render(<SettingsView />)
  screen.getByText('1,000 deliveries, 10 MB on disk; pinned ones stay and do not count')
  expect(screen.queryByText(/are pinned/)).toBeNull()
  expect(screen.queryByText(/more arrived than the limits keep/)).toBeNull()
  unmount()
  status.value = listening({ pinsBeyond: { count: 1200, bytes: 1 }, droppedUnseen: 2500, droppedWaiting: 1 })
  render(<SettingsView />)
  screen.getByText(/^1,200 deliveries are pinned, more than the 1,000 others that the limits let stay\./)
  screen.getByText('1 delivery queued for your app')
  screen.getByText('2,500 deliveries: more arrived than the limits keep')
})
