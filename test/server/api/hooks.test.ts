/** Hooks through the API, as the inspector and scripts change them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { HookView, VerificationJob } from '../../../core/hooks/hook.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeEach(async () => {
  door = await openDoor({ ui: false })
})
afterEach(() => door.close())

const draft = {
  label: 'Warehouse',
  customUrl: null,
  events: ['cardupdate.created', 'ach.settled'],
  authentication: { kind: 'basic', username: 'händler', password: 'geheim:geheim' },
  signature: { kind: 'source-key', key: 'a-source-key-of-a-merchant' },
}
const secrets = /geheim|a-source-key|open sesame|a-signature-key/

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<{ status: number; json: Answer }> {
  const answer = await door.call(path, { method, ...(body !== undefined && { body }) })
  expect(answer.text).not.toMatch(secrets)
  return { status: answer.status, json: answer.json as Answer }
}
const hooksNow = async () => (await ask<{ hooks: HookView[] }>('GET', '/api/hooks')).json.hooks
const added = async () => (await ask<{ hook: HookView }>('POST', '/api/hooks', draft)).json.hook

describe('the hooks', () => {
  it('are added, changed, deleted and restored, and never show a secret', async () => {
    const created = await ask<{ hook: HookView }>('POST', '/api/hooks', draft)
    expect(created).toMatchObject({
      status: 201,
      json: { warnings: [], secretsChanged: false, hook: { events: ['cau.created', 'ach.settled'] } },
    })
    const { id } = created.json.hook
    expect((await hooksNow()).map(({ label }) => label)).toEqual(['Main', 'Warehouse'])
    const changed = await ask('PUT', `/api/hooks/${id}`, { label: 'Depot', signature: { kind: 'none' } })
    expect(changed).toMatchObject({
      status: 200,
      json: { secretsChanged: true, hook: { label: 'Depot', signing: { kind: 'none' } } },
    })
    expect(await ask('DELETE', `/api/hooks/${id}`)).toEqual({ status: 200, json: { removed: true } })
    expect((await hooksNow()).map(({ label }) => label)).toEqual(['Main'])
    expect((await ask('PUT', `/api/hooks/${id}`, { label: 'x' })).status).toBe(404)
    expect(await ask('POST', `/api/hooks/${id}/restore`, {})).toMatchObject({ status: 200, json: { hook: { id } } })
    expect(await ask('GET', `/api/hooks/${id}/history`)).toMatchObject({
      json: {
        history: [
          { entry: { kind: 'added' } },
          { entry: { kind: 'changed', fields: ['label', 'signature'] } },
          { entry: { kind: 'removed' } },
          { entry: { kind: 'restored' } },
        ],
      },
    })
  })

  it('may all be deleted', async () => {
    await ask('DELETE', '/api/hooks/main')
    expect(await hooksNow()).toEqual([])
    expect((await ask('DELETE', '/api/hooks/main')).status).toBe(404)
  })

  it.each<[string, object, string]>([
    ['an empty label', { label: ' ' }, 'Webhook Label is empty.'],
    ['a label of 10,000', { label: 'x'.repeat(10_000) }, 'Webhook Label is longer'],
    ['a URL with credentials', { customUrl: 'https://geheim:geheim@shop.example' }, 'Hook URL contains a user name'],
    ['another scheme', { customUrl: 'ftp://shop.example' }, 'Hook URL begins with ftp://'],
    ['http to elsewhere', { customUrl: 'http://shop.example' }, 'is not https'],
    ['no events', { events: [] }, 'Events is empty.'],
    ['an unknown event', { events: ['ach.setled'] }, 'no “ach.setled”'],
    ['a user name with a colon', { authentication: { kind: 'basic', username: 'a:b', password: 'c' } }, 'a colon'],
    ['a key with a newline', { signature: { kind: 'source-key', key: 'geheim\n' } }, 'holds a line break'],
  ])('with %s are refused in words', async (_, part, message) => {
    for (const [method, path] of [
      ['POST', '/api/hooks'],
      ['PUT', '/api/hooks/main'],
    ] as const) {
      const body = method === 'POST' ? { ...draft, ...part } : part
      const { status, json } = await ask<{ error: { code: string; message: string; hint: string } }>(method, path, body)
      expect([status, json.error.code]).toEqual([422, 'refused'])
      expect(json.error.message).toContain(message)
      expect(json.error.hint).not.toBe('')
    }
    expect(await hooksNow()).toHaveLength(1)
  })

  it.each(Object.keys(draft))('need their %s, as every field of the console', async field => {
    const rest = Object.fromEntries(Object.entries(draft).filter(([name]) => name !== field))
    const answer = await ask<{ error: { code: string; message: string } }>('POST', '/api/hooks', rest)
    expect([answer.status, answer.json.error.code]).toEqual([400, 'invalid'])
    expect(answer.json.error.message).toContain(field)
    expect(await hooksNow()).toHaveLength(1)
  })

  it.each<[string, string, unknown]>([
    ['POST', '/api/hooks', {}],
    ['POST', '/api/hooks', { ...draft, events: 'all' }],
    ['POST', '/api/hooks', { ...draft, signature: { kind: 'hmac', key: 'x' } }],
    ['PUT', '/api/hooks/main', { label: 7 }],
    ['PUT', '/api/hooks/main/rehearsal', { rehearsal: { status: 200 } }],
    ['PUT', '/api/hooks/main/rehearsal', {}],
    ['POST', '/api/hooks/main/verifications', { reason: '' }],
  ])('%s %s %j is 400', async (method, path, body) => {
    expect(await ask(method, path, body)).toMatchObject({ status: 400, json: { error: { code: 'invalid' } } })
  })

  it.each<[string, string, unknown]>([
    ['PUT', '/api/hooks/none', { label: 'x' }],
    ['DELETE', '/api/hooks/none', undefined],
    ['DELETE', '/api/hooks/unrouted', undefined],
    ['PUT', '/api/hooks/none/rehearsal', { rehearsal: null }],
    ['POST', '/api/hooks/none/verifications', { reason: 'x' }],
    ['POST', '/api/hooks/unrouted/verifications', { reason: 'x' }],
    ['DELETE', '/api/hooks/main/verifications/7', undefined],
  ])('%s %s is 404', async (method, path, body) => {
    expect(await ask(method, path, body)).toMatchObject({ status: 404 })
  })
})

describe('a rehearsed answer', () => {
  const rehearsal = {
    status: 202,
    headers: [['Retry-After', '5']],
    body: 'later',
    delayMs: 10,
    failures: { kind: 'every', nth: 3 },
    failWith: { kind: 'hang' },
  }

  it('is set, shown and taken away', async () => {
    const set = await ask('PUT', '/api/hooks/main/rehearsal', { rehearsal })
    expect(set).toMatchObject({
      status: 200,
      json: { hook: { rehearsal: { ...rehearsal, failures: { kind: 'every', nth: 3, seen: 0 } } } },
    })
    const off = await ask('PUT', '/api/hooks/main/rehearsal', { rehearsal: null })
    expect(off).toMatchObject({ json: { hook: { rehearsal: null } } })
  })

  it.each<[string, object, number]>([
    ['a status of 199', { status: 199 }, 400],
    ['a delay of an hour', { delayMs: 3_600_000 }, 400],
    ['every 0th', { failures: { kind: 'every', nth: 0 } }, 400],
    ['a header with a line break', { headers: [['X-A', 'a\r\nX-B: b']] }, 400],
    ['a header of the connection', { headers: [['Transfer-Encoding', 'chunked']] }, 422],
    ['a body in a 204', { status: 204 }, 422],
  ])('with %s is refused', async (_, part, status) => {
    const answer = await ask('PUT', '/api/hooks/main/rehearsal', { rehearsal: { ...rehearsal, ...part } })
    expect(answer.status).toBe(status)
    expect((await hooksNow())[0]?.rehearsal).toBeNull()
  })
})

describe('stored deliveries', () => {
  it('are checked again after a key was changed; the delivery tells its history', async () => {
    const [id] = await door.add(arrival())
    await ask('PUT', '/api/hooks/main', { authentication: { kind: 'none' } })
    const started = await ask<{ job: VerificationJob }>('POST', '/api/hooks/main/verifications', {
      reason: 'no password',
    })
    expect(started).toMatchObject({ status: 202, json: { job: { hook: 'main', total: 1, state: 'running' } } })
    await verified(started.json.job.id)
    const { json } = await ask<{ verifications: VerificationJob[] }>('GET', '/api/status')
    expect(json.verifications).toMatchObject([{ checked: 1, changed: 1, state: 'done' }])
    expect((await ask('GET', `/api/deliveries/${id}`)).json).toMatchObject({
      verdict: 'rejected',
      reasons: ['signature-missing'],
      verdictHistory: [
        {
          before: { kind: 'unchecked' },
          after: { kind: 'rejected', reasons: ['signature-missing'] },
          reason: 'no password',
        },
      ],
    })
  })

  it('stay with a hook that was deleted', async () => {
    const [id] = await door.add(arrival())
    await ask('DELETE', '/api/hooks/main')
    expect((await ask('GET', `/api/deliveries/${id}`)).json).toMatchObject({ hook: 'main', signature: { keys: [] } })
  })
})

/** Resolves when a verification has ended. */
function verified(id: string): Promise<void> {
  const { hooks } = door.session
  return new Promise(resolve => {
    const look = () => {
      if (hooks.verifications().some(job => job.id === id && job.state !== 'running')) resolve()
    }
    hooks.onChange(look)
    look()
  })
}

it('one hook more or less changes nothing about another', async () => {
  const [main] = await hooksNow()
  const { id } = await added()
  await ask('DELETE', `/api/hooks/${id}`)
  expect(await hooksNow()).toEqual([main])
  expect(main?.events).toHaveLength(catalogue.length)
})
