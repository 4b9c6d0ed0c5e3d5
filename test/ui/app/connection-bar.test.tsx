// @vitest-environment happy-dom

import { afterEach, expect, it } from 'vitest'
import type { Status } from '../../../core/api/messages.ts'
import { ConnectionBar } from '../../../ui/app/frame/connection-bar.tsx'
import { status } from '../../../ui/app/listener.ts'
import { cleanup, render, screen } from '../../helpers/screen.ts'

afterEach(() => {
  cleanup()
  status.value = null
})

it('says that many deliveries are kept and not listed yet', () => {
  const preparing = (count: number) => {
    status.value = { preparing: count, trouble: null, forward: null, tunnel: { state: 'off' } } as unknown as Status
  }
  preparing(999)
  const { unmount } = render(<ConnectionBar />)
  expect(screen.queryByText(/being prepared/)).toBeNull()
  unmount()
  preparing(12_345)
  render(<ConnectionBar />)
  screen.getByText('12,345 deliveries are being prepared: kept and answered, and soon listed and sent on.')
})
