/**
 * What `send` makes of certificates. Node reads the authorities it trusts beside its own once, when it starts, so these
 * sends run in a process of their own, from a bundle.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SendResult } from '../../../core/deliveries/attempt.ts'
import { authority, expired, otherName, testKey, valid } from '../../helpers/certificates.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'

const folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
const sender = join(folder, 'sender.mjs')
const authorityFile = join(folder, 'authority.pem')

beforeAll(async () => {
  writeFileSync(authorityFile, authority)
  const entry = join(folder, 'entry.ts')
  const source = fileURLToPath(new URL('../../../server/sender/send.ts', import.meta.url))
  writeFileSync(
    entry,
    `import { send } from ${JSON.stringify(source)}
     const [url, times] = process.argv.slice(2)
     const headers = [['Host', new URL(url).host], ['Content-Length', '2'], ['Connection', 'keep-alive']]
     const results = []
     for (let count = 0; count < Number(times); count++)
       results.push(await send({ method: 'POST', url, headers, body: Buffer.from('{}') }))
     console.log(JSON.stringify(results))`,
  )
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'sender.mjs' } },
    },
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Sends from a process that trusts the tests' authority. */
async function sendTrusting(url: string, times = 1): Promise<SendResult[]> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authorityFile }
  const { stdout } = await promisify(execFile)(process.execPath, [sender, url, String(times)], { env })
  return JSON.parse(stdout) as SendResult[]
}

test('a trusted certificate is fine, and the connection is used again', async () => {
  const target = await startMerchant(manners.answers('202 Accepted'), { certificate: { key: testKey, cert: valid } })
  const results = await sendTrusting(target.url, 3)
  await target.close()
  expect(results).toMatchObject(Array(3).fill({ outcome: 'answered', answer: { status: 202 } }))
  expect(target.connections).toBe(1)
  expect(target.received[0]).toMatchObject({ method: 'POST', path: '/webhooks', body: Buffer.from('{}') })
})

test('an idle https connection that the app had closed is replaced', async () => {
  const target = await startMerchant(manners.answersOncePerConnection(), {
    certificate: { key: testKey, cert: valid },
  })
  const results = await sendTrusting(target.url, 2)
  await target.close()
  expect(results).toMatchObject([{ outcome: 'answered' }, { outcome: 'answered' }])
})

test.each([
  ['for another name', otherName, 'ERR_TLS_CERT_ALTNAME_INVALID', /is for another name/],
  ['that has expired', expired, 'CERT_HAS_EXPIRED', /has expired/],
])('a certificate %s is refused, and nothing is sent', async (_name, cert, code, message) => {
  const target = await startMerchant(manners.answers(), { certificate: { key: testKey, cert } })
  const [result] = await sendTrusting(target.url)
  await target.close()
  expect(result).toMatchObject({ outcome: 'refused', answer: null, error: { code } })
  expect(result?.error?.message).toMatch(message)
  expect(target.received).toEqual([])
})
