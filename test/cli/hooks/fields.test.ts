/** What the command lines of `hookscope hooks` make of the window's fields and of a rehearsed answer; every mistake is named. */
import { describe, expect, it } from 'vitest'
import { readCommandLine } from '../../../cli/command-line.ts'
import { enteredFields } from '../../../cli/hooks/fields.ts'
import { typedMockResponse } from '../../../cli/hooks/mock-response.ts'
import type { HooksCommandOptions } from '../../../cli/hooks/options.ts'
import { catalogue } from '../../../core/events/catalogue.ts'
import { UserError } from '../../../server/lib/errors.ts'

const secret = 'never-shown-anywhere'

interface Around {
  readonly env?: Readonly<Record<string, string>>
  /** Standard input. */
  readonly input?: string
  /** What the person types at the prompt. */
  readonly typed?: string | (() => Promise<string>)
}

const optionsOf = (words: readonly string[]): HooksCommandOptions =>
  readCommandLine(['hooks', ...words], process)?.options as HooksCommandOptions

function fields(words: readonly string[], { env = {}, input = '', typed }: Around = {}) {
  return enteredFields(optionsOf(words), {
    options: optionsOf(words),
    environment: env,
    file: {},
    ask: typed === undefined ? null : typeof typed === 'function' ? typed : async () => typed,
    warn: () => {},
    readInput: async () => input,
  })
}

/** Flags of a whole hook; `-` leaves one out. */
function add(changes: Record<string, string> = {}): string[] {
  const flags = { label: 'Shop', events: 'all', authentication: 'none', signature: 'none', ...changes }
  return ['add', ...Object.entries(flags).flatMap(([name, value]) => (value === '-' ? [] : [`--${name}`, value]))]
}

async function mistake(read: () => unknown): Promise<string> {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    expect(error.exitCode).toBe(2)
    return `${error.message} ${error.hint}`
  }
  return 'nothing was wrong'
}

describe('fields', () => {
  it('of a whole hook', async () => {
    expect(await fields(add({ url: 'own' }))).toEqual({
      label: 'Shop',
      customUrl: null,
      events: catalogue.map(({ type }) => type),
      authentication: { kind: 'none' },
      signature: { kind: 'none' },
    })
  })

  it('that are not given are not there', async () => {
    expect(await fields(['edit', 'Shop'], { env: { HOOKSCOPE_SIGNATURE_KEY: secret } })).toEqual({})
    expect(await fields(['edit', 'Shop', '--label', 'Other'])).toEqual({ label: 'Other' })
  })

  it.each<[string, readonly string[], readonly string[]]>([
    ['several words', ['--events', 'ach.settled', '--events', 'cau.created'], ['ach.settled', 'cau.created']],
    ['commas', ['--events', 'ach.settled, cardupdate.created,'], ['ach.settled', 'cardupdate.created']],
    ['a family', ['--events', 'settlement.*'], ['settlement.batch.success', 'settlement.batch.failure']],
    [
      'a part of one',
      ['--events', 'transaction.refund.*'],
      ['transaction.refund.success', 'transaction.refund.voided'],
    ],
    [
      'a family in its other spelling',
      ['--events', 'cardupdate.updated*'],
      ['cau.updated_expiration', 'cau.updated_card'],
    ],
  ])('events by %s', async (_, words, events) => {
    expect((await fields(['edit', 'Shop', ...words])).events).toEqual(events)
  })

  it.each<[string, readonly string[], Around]>([
    ['the environment', ['--signature', 'signature-key'], { env: { HOOKSCOPE_SIGNATURE_KEY: secret } }],
    ['standard input', ['--signature-key-file', '-'], { input: `${secret}\r\n` }],
    ['a prompt that was asked for', ['--signature-key'], { typed: secret }],
    ['a prompt, where it is nowhere else', ['--signature', 'signature-key'], { typed: secret }],
  ])('a key from %s', async (_, words, around) => {
    expect((await fields(['edit', 'Shop', ...words], around)).signature).toEqual({ kind: 'signature-key', key: secret })
  })

  it('credentials are split at the first colon', async () => {
    expect((await fields(['edit', '--basic-auth-file', '-'], { input: 'shop:pä:ss' })).authentication).toEqual({
      kind: 'basic',
      username: 'shop',
      password: 'pä:ss',
    })
  })

  it.each<[string, readonly string[], RegExp, Around?]>([
    ['an empty label', add({ label: ' ' }), /^Webhook Label is empty/],
    ['a label of 10,000 characters', add({ label: 'x'.repeat(10_000) }), /^Webhook Label is longer than 255/],
    ['an unknown event', add({ events: 'ach.setled' }), /^Events: .*“ach\.setled”.*Did you mean ach\.settled/],
    ['a family that is none', add({ events: 'invoice.*' }), /^Events: .*“invoice\.\*”/],
    ['a URL of another scheme', add({ url: 'ftp://shop.example' }), /^Hook URL/],
    ['a URL with credentials', add({ url: `https://me:${secret}@shop.example` }), /^Hook URL contains a user name/],
    ['plain http to the world', add({ url: 'http://shop.example/x' }), /^Hook URL .*is not https/],
    ['an authentication that is none', add({ authentication: 'digest' }), /digest.*none, basic/],
    ['a signature that is none', add({ signature: 'hmac' }), /hmac.*none, source-key, signature-key/],
    ['a key that is nowhere', add({ signature: 'source-key' }), /^The Source Key is missing.*HOOKSCOPE_SOURCE_KEY/],
    ['credentials that are nowhere', add({ authentication: 'basic' }), /password is missing.*HOOKSCOPE_BASIC_AUTH/],
    ['credentials beside none', [...add(), '--basic-auth-file', 'x'], /--authentication none and --basic-auth/],
    [
      'two keys',
      [...add({ signature: '-' }), '--signature-key-file', 'x', '--source-key-file', 'y'],
      /^--signature-key and --source-key cannot be used together/,
    ],
    ['a key beside another kind', [...add(), '--source-key-file', '-'], /^--signature none and --source-key cannot/],
    ['a key of two lines', ['edit', '--source-key-file', '-'], /has several lines/, { input: `${secret}\nb` }],
    [
      'a key with a newline in the environment',
      add({ signature: 'signature-key' }),
      /^The environment variable HOOKSCOPE_SIGNATURE_KEY has several lines/,
      { env: { HOOKSCOPE_SIGNATURE_KEY: `${secret}\nb` } },
    ],
    ['no key on standard input', ['edit', '--signature-key-file', '-'], /^Standard input is empty/],
    ['credentials without a colon', ['edit', '--basic-auth-file', '-'], /not a user name, a colon/, { input: secret }],
    [
      'a file of a key that does not exist',
      ['edit', '--source-key-file', '/absent/key'],
      /\/absent\/key, does not exist/,
    ],
    ['a key longer than a key', ['edit', '--source-key-file', '-'], /longer than/, { input: 'x'.repeat(1001) }],
    ['an option without its value', ['add', '--label', '--json'], /^--label has no value/],
    ['another subcommand', ['lst'], /^hookscope hooks has no “lst”.*Did you mean list/],
  ])('%s: named, with 2', async (_, words, expected, around = {}) => {
    const said = await mistake(() => fields(words, around))
    expect(said).toMatch(expected)
    expect(said).not.toContain(secret)
  })
})

it('a canceled prompt is no mistake of the command line', async () => {
  const cancelled = new UserError('Canceled.', 'Nothing was done.', { exitCode: 1 })
  const asked = fields(['edit', '--signature-key'], { typed: () => Promise.reject(cancelled) })
  await expect(asked).rejects.toBe(cancelled)
})

describe('a rehearsed answer', () => {
  const rehearsal = (...words: string[]) => typedMockResponse(optionsOf(['rehearse', 'Shop', ...words]).mockResponse)
  const plain = {
    status: 200,
    headers: [],
    body: '',
    delayMs: 0,
    failures: { kind: 'never' },
    failWith: { kind: 'status', status: 500 },
  }

  it.each<[readonly string[], object | null | undefined]>([
    [[], undefined],
    [['--off'], null],
    [['--status', '202'], { ...plain, status: 202 }],
    [['--delay', '250'], { ...plain, delayMs: 250 }],
    [['--delay', '1.5s'], { ...plain, delayMs: 1500 }],
    [['--delay', '120s', '--body', 'ä'], { ...plain, delayMs: 120_000, body: 'ä' }],
    [
      ['--header', 'X-A: b: c', '--header', 'x-a:'],
      {
        ...plain,
        headers: [
          ['X-A', 'b: c'],
          ['x-a', ''],
        ],
      },
    ],
    [['--fail-next', '3'], { ...plain, failures: { kind: 'next', left: 3 } }],
    [['--fail-every', '2'], { ...plain, failures: { kind: 'every', nth: 2, seen: 0 } }],
    [['--fail-with', 'hang'], { ...plain, failures: { kind: 'every', nth: 1, seen: 0 }, failWith: { kind: 'hang' } }],
    [
      ['--fail-next', '1', '--fail-with', '429'],
      { ...plain, failures: { kind: 'next', left: 1 }, failWith: { kind: 'status', status: 429 } },
    ],
  ])('%j', (words, expected) => {
    expect(rehearsal(...words)).toEqual(expected)
  })

  it.each<[readonly string[], RegExp]>([
    [['--status', '99'], /^--status should be a status from 200 to 599, not “99”\./],
    [['--status', '2xx'], /^--status should be/],
    [['--fail-with', 'hangs'], /^--fail-with should be/],
    [['--delay', '3h'], /^--delay should be a time up to two minutes/],
    [['--delay', '121s'], /^--delay should be/],
    [['--header', 'Retry-After'], /^--header should be a name, a colon/],
    [['--fail-next', '-1'], /--fail-next/],
    [['--fail-next', '2000000'], /^--fail-next should be a whole number from 0 to 1000000, not “2000000”/],
    [['--fail-every', '0'], /^--fail-every should be a whole number from 1 to 1000000, not “0”/],
    [['--fail-next', '1', '--fail-every', '2'], /cannot be used together/],
    [['--off', '--status', '200'], /^--off cannot be combined/],
    [
      ['--header', 'Content-Length: 3'],
      /^Content-Length cannot be set in a mock response\. It controls how the response is sent/,
    ],
    [['--header', 'transfer-encoding: chunked'], /^transfer-encoding cannot be set in a mock response/],
    [['--header', 'Retry After: 120'], /^“Retry After” is not a header name/],
    [['--header', 'X-Trial: bell\u0007'], /^The value of X-Trial has characters that a header cannot/],
    [['--status', '204', '--body', 'x'], /^A 204 response has no body/],
  ])('%j is named, with 2', async (words, expected) => {
    expect(await mistake(() => rehearsal(...words))).toMatch(expected)
  })
})
