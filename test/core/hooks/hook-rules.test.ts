import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { HookChange } from '../../../core/hooks/hook.ts'
import { hookProblems, hookRemarks, labelProblem, subscription } from '../../../core/hooks/hook-rules.ts'
import { parseHookUrl } from '../../../core/hooks/hook-url.ts'

const basic = (username: string, password: string): HookChange => ({
  authentication: { kind: 'basic', username, password },
})
const key = (text: string, kind: 'source-key' | 'signature-key' = 'signature-key'): HookChange => ({
  signature: { kind, key: text },
})

describe('what is entered in the Add Webhook window', () => {
  it.each<[string, HookChange, string, string]>([
    ['no label', { label: '' }, 'Webhook Label is empty.', 'Give the webhook a name'],
    ['a label of blanks', { label: ' \t ' }, 'Webhook Label is empty.', 'Give the webhook a name'],
    ['a label of 10,000', { label: 'x'.repeat(10_000) }, 'Webhook Label is longer than 255 characters.', 'has 10,000'],
    ['a label of two lines', { label: 'a\nb' }, 'Webhook Label holds a control character.', 'line breaks'],
    ['an escape in a label', { label: 'a\u001b[2Jb' }, 'Webhook Label holds a control character.', 'line breaks'],
    ['a label that shows nothing', { label: '\u200b\u2060' }, 'Webhook Label is empty.', 'Give the webhook a name'],
    ['a label that turns the line round', { label: 'a\u202eb' }, 'Webhook Label holds a control', 'and the like'],
    ['no events', { events: [] }, 'Events is empty.', 'at least one'],
    ['a slip', { events: ['ach.setled'] }, 'Events: the catalogue has no “ach.setled”.', 'Did you mean ach.settled?'],
    ['a slip', { events: ['cardupdate.creatd'] }, 'has no “cardupdate.creatd”', 'mean cardupdate.created?'],
    ['no event at all', { events: ['ach.settled', 'quux\u001b'] }, 'has no “quux\ufffd”', 'It has 25 events'],
    ['a colon in the user name', basic('a:b', 'x'), 'Authentication: the user name holds a colon.', 'password may'],
    ['no user name', basic('', 'x'), 'Authentication: the user name is empty.', 'in the console'],
    ['no password', basic('shop', ''), 'Authentication: the password is empty.', 'in the console'],
    ['a password of two lines', basic('shop', 'x\ny'), 'Authentication: the password holds a line break.', 'one line'],
    ['a password with a NUL', basic('shop', 'x\0y'), 'Authentication: the password holds a control', 'one line'],
    ['a password of 10,000', basic('shop', 'x'.repeat(10_000)), 'longer than 1,000 characters', 'nothing else'],
    ['no key', key(''), 'Signature: the Signature Key is empty.', 'in the console'],
    ['a key with a newline', key('secret\n'), 'Signature: the Signature Key holds a line break.', 'one line'],
    ['a key with a newline', key('a\r\nb', 'source-key'), 'Signature: the Source Key holds a line break.', 'one line'],
    ['a key whose bytes were no text', key('\ufffd\ufffdkey'), 'the Signature Key is not text in UTF-8', 'UTF-8'],
    ['a password whose bytes were no text', basic('shop', 'p\ufffdss'), 'the password is not text in UTF-8', 'UTF-8'],
    ['a key of 10,000', key('x'.repeat(10_000)), 'the Signature Key is longer than 1,000', 'nothing else'],
  ])('%s is refused by name', (_, entered, message, hint) => {
    const [problem, ...others] = hookProblems(entered)
    expect(others).toEqual([])
    expect(problem?.message).toContain(message)
    expect(problem?.hint).toContain(hint)
  })

  it.each<[string, HookChange]>([
    ['a label of 255 characters beyond the basic plane', { label: '🛒'.repeat(255) }],
    ['blanks around a label', { label: '  Shop  ' }],
    ['both spellings of the card updater', { events: ['cau.created', 'cardupdate.created'] }],
    ['a password with colons and umlauts', basic('händler', 'pä:ss:wörd €')],
    ['a key of one character', key('x')],
    ['the hook’s own path', { customUrl: null }],
    ['nothing', {}],
  ])('%s is taken', (_, entered) => {
    expect(hookProblems(entered)).toEqual([])
  })

  it('names all that is wrong, in the window’s order, and no secret', () => {
    const problems = hookProblems({
      signature: { kind: 'source-key', key: 'top\nsecret' },
      authentication: { kind: 'basic', username: 'hidden:name', password: 'very\nhidden' },
      events: [],
      customUrl: 'ftp://u:p4ssword@shop.example',
      label: '',
    })
    expect(problems.map(({ input }) => input)).toEqual(['label', 'hookUrl', 'events', 'username', 'password', 'key'])
    expect(JSON.stringify(problems)).not.toMatch(/top|secret|hidden|p4ss/)
  })

  it('counts characters as people do', () => {
    expect(labelProblem('é'.repeat(256))?.hint).toContain('It has 256')
  })

  it('remarks on blanks that came along with a secret', () => {
    expect(hookRemarks(key(' abc'))).toEqual([expect.stringContaining('Signature Key has whitespace around it')])
    expect(hookRemarks(basic('shop', 'abc '))).toEqual([expect.stringContaining('Basic has whitespace around it')])
    expect(hookRemarks({ ...key('a b'), ...basic('a b', 'c d') })).toEqual([])
  })

  it('keeps each event once, as the catalogue spells and orders it', () => {
    expect(subscription(['ach.settled', 'cardupdate.created', 'cau.created'])).toEqual(['cau.created', 'ach.settled'])
    expect(subscription(catalogue.map(({ type }) => type).reverse())).toEqual(catalogue.map(({ type }) => type))
  })
})

describe('a Hook URL', () => {
  it.each([
    ['https://shop.example', 'https://shop.example/'],
    [' https://shop.example:8443/in?shop=1 ', 'https://shop.example:8443/in?shop=1'],
    ['HTTPS://Shop.Example/In', 'https://shop.example/In'],
    ['https://203.0.113.7/in', 'https://203.0.113.7/in'],
    ['https://[2001:db8::1]/in', 'https://[2001:db8::1]/in'],
    ['https://bücher.example/in', 'https://xn--bcher-kva.example/in'],
    ['http://localhost:3000/webhooks', 'http://localhost:3000/webhooks'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/'],
    ['http://[::1]:3000', 'http://[::1]:3000/'],
    ['http://shop.localhost', 'http://shop.localhost/'],
    ['https://shop.example/@me', 'https://shop.example/@me'],
  ])('%s is taken', (text, href) => {
    const parsed = parseHookUrl(text)
    expect(parsed.ok && parsed.url.href).toBe(href)
  })

  it.each([
    ['', 'is empty', 'https://shop.example.com/webhooks'],
    ['   ', 'is empty', 'https://shop.example.com/webhooks'],
    ['shop.example/in', 'is not a URL', 'Did you mean https://shop.example/in?'],
    ['localhost:3000/in', 'is not a URL', 'Did you mean http://localhost:3000/in?'],
    ['/webhooks', 'is not a URL', 'Enter the full URL'],
    ['//shop.example', 'is not a URL', 'Enter the full URL'],
    ['mailto:me@shop.example', 'Hook URL is not a URL', 'Enter the full URL'],
    ['https://', 'is not a valid URL', 'Enter the full URL'],
    ['https://shop.example:99999', 'is not a valid URL', 'Enter the full URL'],
    ['https://shop.example:0/', 'has port 0', 'Enter the full URL'],
    ['https://user:geheim@shop.example/', 'contains a user name or a password', 'Basic'],
    ['https://user@shop.example/', 'contains a user name or a password', 'Basic'],
    ['ftp://shop.example/', 'begins with ftp://', 'Enter the full URL'],
    ['javascript://shop.example/', 'begins with javascript://', 'Enter the full URL'],
    ['file:///etc/passwd', 'begins with file://', 'Enter the full URL'],
    ['http://shop.example/', 'is not https', 'this machine'],
    ['http://127.0.0.1.shop.example/', 'is not https', 'this machine'],
    ['http://localhost.shop.example/', 'is not https', 'this machine'],
    ['http://10.0.0.1/', 'is not https', 'this machine'],
    ['https://shop.example/#in', 'has a part after #', 'Remove'],
    ['https://shop.example/#', 'has a part after #', 'Remove'],
    ['https://shop.example/a b', 'contains a space', 'Enter the full URL'],
    ['https://shop.example/a\nb', 'contains a space or a control character', 'Enter the full URL'],
    [`https://shop.example/${'x'.repeat(2000)}`, 'is longer than 2000 characters', 'Enter the full URL'],
  ])('%s is refused', (text, message, hint) => {
    const parsed = parseHookUrl(text)
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    expect(parsed.message).toMatch(/^Hook URL/)
    expect(parsed.message).toContain(message)
    expect(parsed.hint).toContain(hint)
    expect(parsed.message).not.toContain('geheim')
  })
})

describe('whatever is entered', () => {
  const scheme = fc.constantFrom('', 'http://', 'https://', 'HTTPS://', 'ftp://', 'javascript:', '//', 'localhost:')
  const host = fc.constantFrom(
    'shop.example',
    'localhost:1',
    '127.0.0.1',
    '[::1]:2',
    'u:p@shop.example',
    '',
    '10.0.0.1',
  )
  const anyUrl = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.tuple(scheme, host, fc.string()).map(parts => parts.join('')),
  )

  it('is a Hook URL that the gateway may post to, the same when it is entered again; or refused in words', () => {
    fc.assert(
      fc.property(anyUrl, text => {
        const parsed = parseHookUrl(text)
        if (!parsed.ok) {
          expect(parsed.message).toMatch(/^Hook URL[^\p{Cc}]*\.$/u)
          return
        }
        const { href, protocol, hostname, username, password, hash } = parsed.url
        expect([username, password, hash]).toEqual(['', '', ''])
        if (protocol !== 'https:')
          expect([protocol, hostname]).toEqual(['http:', expect.stringMatching(/localhost|^127|^\[/)])
        const again = parseHookUrl(href)
        expect(again.ok && again.url.href).toBe(href)
      }),
      { numRuns: 1000, seed: 11 },
    )
  })

  it('never shows a secret', () => {
    // Letters that no message has.
    const secret = fc.string({ unit: fc.constantFrom('Ж', 'Щ', '\n', ':', ' '), minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(secret, secret, secret, (username, password, text) => {
        const entered: HookChange = { ...basic(username, password), ...key(text) }
        expect(JSON.stringify([hookProblems(entered), hookRemarks(entered)])).not.toMatch(/[ЖЩ]/)
      }),
      { numRuns: 300, seed: 12 },
    )
  })
})
