/** What `hookscope serve` starts with, and what it refuses to start with. */
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { readServeSettings, type ServeOptions, servedOrigin } from '../../../server/serving/serve-settings.ts'
import { emptyFolder } from '../../helpers/command.ts'

const [secret, former] = ['4f1d8a0b6c2e9735d1a8f04b7c63e925', '90c7e1b54a3f2d68e07b91c5a4d3f286'] as const
const nothing: ServeOptions = { trustedProxies: [], log: null, drain: null }
const read = (
  environment: Record<string, string>,
  options: Partial<ServeOptions> = {},
  warn: (line: string) => void = () => {},
) => readServeSettings({ ...nothing, ...options }, { environment, warn })
const from = (address: string, forwardedFor: string) => ({
  socket: { remoteAddress: address } as never,
  rawHeaders: ['X-Forwarded-For', forwardedFor],
})

it('needs a secret, and takes several', async () => {
  await expect(read({})).rejects.toThrow('hookscope serve needs a secret, HOOKSCOPE_SECRET')
  await expect(read({ HOOKSCOPE_SECRET: '' })).rejects.toThrow('needs a secret')
  await expect(read({ HOOKSCOPE_SECRET: 'hunter2' })).rejects.toThrow(/^(?!.*hunter2).*shorter than 32 characters/)
  expect((await read({ HOOKSCOPE_SECRET: secret })).secrets).toEqual([secret])
  expect((await read({ HOOKSCOPE_SECRET: `${secret},${former}` })).secrets).toEqual([secret, former])
})

it('reads it from a file, and warns of one that others can read', async () => {
  const file = join(emptyFolder(), 'secret')
  writeFileSync(file, `${secret}\n${former}\n`, { mode: 0o600 })
  const warnings: string[] = []
  const environment = { HOOKSCOPE_SECRET_FILE: file }
  expect((await read(environment, {}, line => warnings.push(line))).secrets).toEqual([secret, former])
  expect(warnings).toEqual([])
  chmodSync(file, 0o644)
  await read(environment, {}, line => warnings.push(line))
  expect(warnings).toEqual([expect.stringContaining('can be read by every user')])
  await expect(read({ ...environment, HOOKSCOPE_SECRET: secret })).rejects.toThrow('cannot be used together')
  await expect(read({ HOOKSCOPE_SECRET_FILE: `${file}.none` })).rejects.toThrow('does not exist')
})

it('believes the proxies of the option, else those of the environment, else none', async () => {
  const environment = { HOOKSCOPE_SECRET: secret, HOOKSCOPE_TRUSTED_PROXY: '10.0.0.0/8, 127.0.0.1' }
  expect((await read(environment)).clientOf(from('127.0.0.1', '203.0.113.9'))).toBe('203.0.113.9')
  const own = await read(environment, { trustedProxies: ['192.0.2.1'] })
  expect(own.clientOf(from('127.0.0.1', '203.0.113.9'))).toBe('127.0.0.1')
  const none = await read({ HOOKSCOPE_SECRET: secret })
  expect([none.isBehindProxy, none.clientOf(from('127.0.0.1', '203.0.113.9'))]).toEqual([false, '127.0.0.1'])
  await expect(read(environment, { trustedProxies: ['everyone'] })).rejects.toThrow('--trusted-proxy should be')
})

it('takes a token for figures that is one', async () => {
  const token = 'f0e1d2c3b4a59687f0e1d2c3b4a59687'
  expect((await read({ HOOKSCOPE_SECRET: secret })).metricsToken).toBeNull()
  expect((await read({ HOOKSCOPE_SECRET: secret, HOOKSCOPE_METRICS_TOKEN: token })).metricsToken).toBe(token)
  const file = join(emptyFolder(), 'token')
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  expect((await read({ HOOKSCOPE_SECRET: secret, HOOKSCOPE_METRICS_TOKEN_FILE: file })).metricsToken).toBe(token)
  await expect(read({ HOOKSCOPE_SECRET: secret, HOOKSCOPE_METRICS_TOKEN: 'short' })).rejects.toThrow('16 to 256')
})

test.each([
  [{ log: 'json' }, {}, ['json', 1000]],
  [{ log: 'text', drain: '5s' }, { HOOKSCOPE_LOG: 'json', HOOKSCOPE_DRAIN: '1m' }, ['text', 5000]],
  [{}, { HOOKSCOPE_LOG: 'json', HOOKSCOPE_DRAIN: '0' }, ['json', 0]],
] as const)('%j with %j', async (options, environment, expected) => {
  const { log, drainMs } = await read({ HOOKSCOPE_SECRET: secret, ...environment }, options)
  expect([log, drainMs]).toEqual(expected)
})

test.each([{ log: 'xml' }, { drain: '2m' }, { drain: 'soon' }])('%j is refused', async options => {
  await expect(read({ HOOKSCOPE_SECRET: secret }, options)).rejects.toThrow(/should be/)
})

it('is served by https, or on this machine to try it', () => {
  expect(servedOrigin('https://hooks.example.com')).toBe('https://hooks.example.com')
  expect(servedOrigin('https://example.com/hooks')).toBe('https://example.com')
  expect(servedOrigin('http://localhost:8080')).toBe('http://localhost:8080')
  expect(servedOrigin('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080')
  expect(() => servedOrigin(null)).toThrow('needs the URL')
  for (const clear of ['http://hooks.example.com', 'http://10.0.0.1', 'http://localhost.example.com'])
    expect(() => servedOrigin(clear)).toThrow('is not https')
})
