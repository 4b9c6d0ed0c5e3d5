/** A delivery as a test that posts it to an app, signed with a key that is no secret. */
import { testKey } from '../capture/capture.ts'
import { toBase64 } from '../text/base64.ts'
import { isCredentialHeader } from './credential-headers.ts'
import type { HeaderList } from './headers.ts'
import { plainText, type SnippetRequest } from './snippet-parts.ts'

const literal = (text: string) =>
  JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** What fetch can send of what came, without credentials; the signature is that of the test. */
function shown(headers: HeaderList): HeaderList {
  const named = new Set<string>()
  return headers.filter(([name, value]) => {
    const lower = name.toLowerCase()
    if (isCredentialHeader(lower) || lower === 'x-signature' || named.has(lower)) return false
    named.add(lower)
    return !/[^\t\x20-\xff]/.test(value)
  })
}

/** With these, fetch sends no body. */
const isBodiless = (method: string) => ['GET', 'HEAD'].includes(method.toUpperCase())

const headerFields = (headers: HeaderList) =>
  shown(headers)
    .map(([name, value]) => `  ${literal(name)}: ${literal(value)},\n`)
    .join('')

const bodyLiteral = (body: Uint8Array): string => {
  const text = plainText(body)
  return text === null ? `Buffer.from(${literal(toBase64(body))}, 'base64')` : `Buffer.from(${literal(text)})`
}

/** Of what is no webhook: no app may take it for one. A body that fetch cannot send is left out. */
function refusedSnippet(
  { method, url, body }: SnippetRequest,
  headers: HeaderList,
  why: string,
  title: string,
): string {
  const hasBody = body.length > 0 && !isBodiless(method)
  return `// Jest has these as globals: leave the line out there.
import { expect, test } from 'vitest'

const url = process.env.WEBHOOK_URL ?? ${literal(url)}

${hasBody ? `const body = ${bodyLiteral(body)}\n` : ''}const headers = {
${headerFields(headers)}}

// ${why}
test(${literal(title)}, async () => {
  const answer = await fetch(url, { method: ${literal(method)}, headers${hasBody ? ', body' : ''} })
  expect(answer.status).toBeGreaterThanOrEqual(400)
})
`
}

/** For vitest and Jest, in Node 20 or newer. */
export function testSnippet(request: SnippetRequest, headers: HeaderList): string {
  const { method } = request
  if (method !== 'POST')
    return refusedSnippet(
      request,
      headers,
      'The gateway sends POST alone.',
      `the app does not take a ${method} for a webhook`,
    )
  if (request.isRejected) {
    const why = 'It was rejected where it arrived, and no signature of the gateway is with it.'
    return refusedSnippet(request, headers, why, 'the app refuses it')
  }
  return `import { createHmac } from 'node:crypto'
// Jest has these as globals: leave the line out there.
import { expect, test } from 'vitest'

// Start your app with this key as its signature key. It is no secret.
const key = ${literal(testKey)}
const url = process.env.WEBHOOK_URL ?? ${literal(request.url)}

const body = ${bodyLiteral(request.body)}
const headers = {
${headerFields(headers)}  'X-Signature': createHmac('sha256', key).update(body).digest('hex'),
}

test('the app takes the webhook', async () => {
  const answer = await fetch(url, { method: ${literal(method)}, headers, body })
  expect(answer.ok).toBe(true)
})

test('the app refuses it when a byte was changed', async () => {
  const answer = await fetch(url, { method: ${literal(method)}, headers, body: Buffer.concat([body, Buffer.from(' ')]) })
  expect(answer.status).toBe(401)
})
`
}
