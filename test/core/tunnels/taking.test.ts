import { expect, it } from 'vitest'
import { takingSentences } from '../../../core/tunnels/taking.ts'

it.each([
  ['yes', 'The Hook URL is https://shop.example again, which the console may still have.'],
  [
    'maybe',
    'The Hook URL may be another one then: if so, replace it in the console, which may still have https://shop.example.',
  ],
  [
    undefined,
    'The Hook URL is another one then: replace it in the console, which may still have https://shop.example.',
  ],
] as const)('says of a way whose Hook URL is that of the console, %s, what the console needs', (sameUrl, said) => {
  const way = { name: 'ssh', seenBy: 'your own server', stable: 'yes', ...(sameUrl && { sameUrl }) } as const
  const choice = { consoleUrl: 'https://shop.example', nextStart: null }
  expect(takingSentences(way, choice)).toEqual(['Deliveries are then seen by your own server.', said])
})
