import { expect, it } from 'vitest'
import { createOpenings } from '../../../server/lib/openings.ts'

it('closes the last first, waits for each, and goes on where one fails', async () => {
  const told: string[] = []
  const opened = createOpenings(line => told.push(line))
  opened.add('store', () => void told.push('store'))
  opened.add('tunnel', () => Promise.reject(new Error('gone')))
  opened.add('receiver', async () => {
    await Promise.resolve()
    told.push('receiver')
  })
  await opened.closeAll()
  expect(told).toEqual(['receiver', 'Closing the tunnel failed: gone', 'store'])
  await opened.closeAll()
  expect(told).toHaveLength(3)
})
