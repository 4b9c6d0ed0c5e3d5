/** Behind proxies: whose request it was is kept with the delivery, and what it was answered is told once it is out. */
import { expect, it } from 'vitest'
import type { AnsweredDelivery } from '../../../server/receiver/intake.ts'
import { clientAddresses } from '../../../server/serving/client-address.ts'
import { guardedHook, openDoor, openHook } from './door.ts'

const post = (url: string, forwardedFor: string) =>
  fetch(url, { method: 'POST', body: '{}', headers: { 'X-Forwarded-For': forwardedFor } })

it('keeps the client that a trusted proxy names, at a hook’s path and at a wrong one', async () => {
  const door = await openDoor({
    clientOf: clientAddresses(['127.0.0.1']),
    unrouted: { most: 10, nearest: () => null },
  })
  try {
    await post(door.urlOf(openHook), '6.6.6.6, 203.0.113.9')
    await post(`${door.urlOf(openHook)}x`, '203.0.113.10')
    expect((await door.stored(2)).map(({ remoteAddress }) => remoteAddress)).toEqual(['203.0.113.9', '203.0.113.10'])
  } finally {
    await door.close()
  }
})

it('believes nobody who is not trusted, and keeps what they claimed among the header lines', async () => {
  for (const clientOf of [undefined, clientAddresses(['10.0.0.0/8'])]) {
    const door = await openDoor(clientOf === undefined ? {} : { clientOf })
    try {
      await post(door.urlOf(openHook), '203.0.113.9')
      const [delivery] = await door.stored(1)
      expect(delivery?.remoteAddress).toBe('127.0.0.1')
      expect(delivery?.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-for')?.[1]).toBe('203.0.113.9')
    } finally {
      await door.close()
    }
  }
})

it('tells of each answer at a hook’s path once it is out, and of no other', async () => {
  const answers: AnsweredDelivery[] = []
  const door = await openDoor({ onAnswered: answer => answers.push(answer) })
  try {
    await post(door.urlOf(openHook), '')
    await post(door.urlOf(guardedHook), '')
    await post(`${door.urlOf(openHook)}x`, '')
    await expect.poll(() => answers.length).toBe(2)
    expect(answers).toEqual([
      { delivery: 1, hook: 'open', verdict: 'unchecked', status: 200, ms: expect.any(Number) },
      { delivery: 2, hook: 'guarded', verdict: 'rejected', status: 401, ms: expect.any(Number) },
    ])
  } finally {
    await door.close()
  }
  expect(answers).toHaveLength(2)
})

it('tells of one that was not kept, and of one that was, although its sender ended it before its body was whole', async () => {
  const answers: AnsweredDelivery[] = []
  const door = await openDoor({ onAnswered: answer => answers.push(answer) })
  try {
    const raw = await door.raw()
    raw.write(`POST ${openHook.path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf`)
    raw.end()
    await expect.poll(() => answers.length).toBe(1)
    expect(answers[0]).toMatchObject({ delivery: 1, hook: 'open', verdict: 'rejected', status: null })
    await door.store.close()
    expect((await post(door.urlOf(openHook), '')).status).toBe(503)
    await expect.poll(() => answers.length).toBe(2)
    expect(answers[1]).toMatchObject({ delivery: null, verdict: 'unchecked', status: 503 })
  } finally {
    await door.close()
  }
})
