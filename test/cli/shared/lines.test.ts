/** What a person reads: a line a delivery, the block at the start, news of the tunnel, the keys. */
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { probeLines } from '../../../cli/check/check-report.ts'
import { type BannerFacts, bannerLines, consoleLines, tunnelLines } from '../../../cli/listen/banner.ts'
import { answerText, attemptLines, deliveryLines, noFacts } from '../../../cli/shared/delivery-line.ts'
import { paintFor, widthOf } from '../../../cli/shared/style.ts'
import { wrapWords } from '../../../cli/shared/wrap.ts'
import { listLines } from '../../../cli/trigger/listing.ts'
import type { Status } from '../../../core/api/messages.ts'
import type { TunnelStatus } from '../../../core/api/tunnel.ts'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import { rejections } from '../../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../../core/deliveries/diagnosis.ts'
import { whyNotForwarded } from '../../../core/deliveries/not-forwarded.ts'
import { catalogue } from '../../../core/events/catalogue.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { attemptSummary, forwardStatus, saleSummary, targetStatus } from '../../helpers/summaries.ts'

const plain = paintFor({}, {})
const colourful = paintFor({ isTTY: true }, {})
const style = { paint: plain, width: null }

const delivery = saleSummary()
const attempt = attemptSummary({ ms: 12.4 })

describe('a delivery as a line', () => {
  it('says time, id, type, summary, verdict and the answer of the target', () => {
    const [line, ...more] = deliveryLines(delivery, attempt, style)
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d {2}#12 {2}transaction\.sale\.success {4}\$500\.00 approved · 98454685 +✓ verified {2}→ 200 in 12 ms$/,
    )
    expect(more).toEqual([])
  })

  it('names the target that answered where there are several', () => {
    const ach = { ...attempt, target: 'http://localhost:3001/ach' }
    const end = (...others: string[]) =>
      deliveryLines(delivery, ach, style, { ...noFacts, targets: [ach.target, ...others] })[0]?.replace(
        /.*verified {2}/,
        '',
      )
    expect(end()).toBe('→ 200 in 12 ms')
    expect(end('http://localhost:3000/ach')).toBe('→ localhost:3001 200 in 12 ms')
    expect(end('http://localhost:3001/cards')).toBe('→ /ach 200 in 12 ms')
    expect(end('http://localhost:3001/cards', 'http://127.0.0.1:3001/ach')).toBe('→ localhost:3001/ach 200 in 12 ms')
    expect(end('https://localhost:3001/ach')).toBe('→ http://localhost:3001/ach 200 in 12 ms')
  })

  it('says of a replay elsewhere that it was one, and never in green', () => {
    const elsewhere = { ...attempt, source: 'replay', own: false } as const
    expect(deliveryLines(delivery, elsewhere, style)[0]).toMatch(/✓ verified {2}→ replay: 200 in 12 ms$/)
    const painted = (end: AttemptSummary) => deliveryLines(delivery, end, { paint: colourful, width: null })[0] ?? ''
    expect(painted(attempt)).toContain(colourful.green('→ 200 in 12 ms'))
    expect(painted(elsewhere).endsWith('  → replay: 200 in 12 ms')).toBe(true)
    expect(painted({ ...elsewhere, status: 500 })).toContain(colourful.red('→ replay: 500 in 12 ms'))
  })

  it('names each reason of a rejection with its advice', () => {
    const reasons = ['signature-wrong', 'credentials-missing'] as const
    const lines = deliveryLines({ ...delivery, verdict: 'rejected', reasons, status: 401 }, null, style)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('✗ rejected (401)')
    for (const [index, reason] of reasons.entries()) {
      expect(lines[index + 1]).toContain(rejections[reason].title)
      expect(lines[index + 1]).toContain(rejections[reason].advice)
    }
  })

  it('names notes by their codes, which the search understands', () => {
    expect(deliveryLines({ ...delivery, notes: ['retry', 'body-not-json'] }, null, style)[0]).toContain(
      '[retry body-not-json]',
    )
  })

  it('says when an answer on trial is delayed, and what it was once it is out', () => {
    const rehearsed = { ...delivery, notes: ['answer-rehearsed'] } as const
    const mark = (status: number | null) => deliveryLines({ ...rehearsed, status }, null, style)[0]
    expect(mark(null)).toMatch(/✓ verified \(delayed\) \[answer-rehearsed\]$/)
    expect(mark(503)).toMatch(/✓ verified \(503\) \[answer-rehearsed\]$/)
    expect(deliveryLines({ ...delivery, status: null }, null, style)[0]).toMatch(/✓ verified$/)
  })

  it('fits the width of the terminal', () => {
    for (const width of [80, 100, 140]) {
      const long = { ...delivery, summary: 'x'.repeat(500), verdict: 'rejected', reasons: ['signature-wrong'] } as const
      const lines = deliveryLines(long, null, { paint: plain, width })
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    }
  })

  it('fits one line of 80 columns once it is forwarded: without the time, then without flags, the summary shortened last', () => {
    const plainly = { paint: plain, width: 80 }
    const flagged = { ...delivery, notes: ['retry'] } as const
    const many = { ...delivery, notes: ['envelope-invalid', 'retry', 'body-not-json'] } as const
    const hook = { label: 'Ticket office', longest: 13 }
    const rows: [string, string[]][] = [
      [
        '#12  transaction.sale.success    $500.00 approved…    ✓ verified  → 200 in 12 ms',
        deliveryLines(delivery, attempt, plainly),
      ],
      [
        '#12  transaction.sale.success   $500.00 app…  ✓ verified [retry]  → 200 in 12 ms',
        deliveryLines(flagged, attempt, plainly),
      ],
      [
        '#12  transaction.sale.success    $500.00 approv…  ✓ verified […]  → 200 in 12 ms',
        deliveryLines(many, attempt, plainly),
      ],
      [
        '#12  Ticket o…  transaction.sale.success    $500.00…  ✓ verified  → 200 in 12 ms',
        deliveryLines(delivery, attempt, plainly, { ...noFacts, hook }),
      ],
    ]
    for (const [line, lines] of rows) expect.soft(lines.join('\n')).toBe(line)
    for (const { type } of catalogue)
      for (const one of [delivery, flagged, many]) {
        const [line = '', ...more] = deliveryLines({ ...one, eventType: type }, attempt, plainly)
        expect([line.length <= 80, line.endsWith('→ 200 in 12 ms'), more]).toEqual([true, true, []])
      }
    const [wide = ''] = deliveryLines(many, attempt, { paint: plain, width: 160 })
    expect(wide).toMatch(
      /^\d\d:\d\d:\d\d {2}#12 .*98454685 .*\[envelope-invalid retry body-not-json\] {2}→ 200 in 12 ms$/,
    )
  })

  it('lists event types, scenarios and probes in two columns that break between words', () => {
    for (const width of [60, 80]) {
      const lines = [...listLines([], { paint: plain, width }), ...probeLines({ paint: plain, width })]
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(width)
    }
    expect(listLines([], { paint: plain, width: 80 }).slice(1, 3)).toEqual([
      '  transaction.sale.success    a sale is approved, whether by card, by check or',
      '                              otherwise',
    ])
  })

  it('has verdict, flags and answer below it in a terminal of 40 columns, broken between words', () => {
    const many = { ...delivery, notes: ['envelope-invalid', 'retry', 'body-not-json'] } as const
    const at = (one: typeof delivery) =>
      deliveryLines(one, attempt, { paint: colourful, width: 40 }).map(stripVTControlCharacters)
    expect(at(many)).toEqual([
      '#12  transaction.sale.success  $500.00…',
      '    ✓ verified [envelope-invalid retry',
      '    body-not-json]  → 200 in 12 ms',
    ])
    expect(at(delivery)).toEqual(['#12  transaction.sale.success    $500.0…', '    ✓ verified  → 200 in 12 ms'])
    for (const { type } of catalogue)
      for (const line of at({ ...many, eventType: type })) expect(line.length, line).toBeLessThanOrEqual(40)
  })

  it('of a paused delivery says so behind its flags, or below them where there is no room', () => {
    const many = { ...delivery, notes: ['envelope-invalid', 'retry', 'body-not-json'] } as const
    const forwarding = { hasTarget: true, paused: true, rejectedToo: false, waits: true }
    const why = { notForwarded: whyNotForwarded(many, forwarding), statusReason: null }
    const at = (width: number) =>
      deliveryLines(many, null, { paint: colourful, width }, why).map(stripVTControlCharacters)
    expect
      .soft(at(100))
      .toEqual([
        '#12  transaction.sale.success    $500.00 approved…   ✓ verified [envelope-invalid retry …]  → paused',
        '    Forwarding is paused: it is sent when forwarding resumes. Resume in Settings, or press p in the',
        '    terminal.',
      ])
    expect
      .soft(at(80))
      .toEqual([
        '#12  transaction.sale.success    $500.00 approved · 9…  ✓ verified […]  → paused',
        '    Forwarding is paused: it is sent when forwarding resumes. Resume in',
        '    Settings, or press p in the terminal.',
      ])
    expect
      .soft(at(40))
      .toEqual([
        '#12  transaction.sale.success  $500.00…',
        '    ✓ verified [envelope-invalid retry',
        '    body-not-json]  → paused',
        '    Forwarding is paused: it is sent',
        '    when forwarding resumes. Resume in',
        '    Settings, or press p in the',
        '    terminal.',
      ])
  })

  it('costs three lines of 80 columns when it is rejected, and two when the next one is for the same reason', () => {
    const sentence =
      'The signature fits the same JSON without whitespace: find what rewrites the body on the way (proxy, tunnel, relay, parser) and verify the raw bytes.'
    const found = {
      kind: 'found',
      causes: ['body-compact'],
      sentence,
      key: null,
      expected: null,
      signedBytes: 2,
      parting: null,
    } as const
    const unknown = { kind: 'unknown', sentence: 'None of the known causes explains it.' } as const
    for (const reason of Object.keys(rejections) as (keyof typeof rejections)[]) {
      const rejected = { ...delivery, verdict: 'rejected', reasons: [reason], status: 401 } as const
      const linesWith = (withoutHint: boolean, diagnosis: SignatureDiagnosis | null) =>
        deliveryLines(rejected, null, { paint: plain, width: 80, withoutHint }, { ...noFacts, diagnosis })
      for (const diagnosis of [null, unknown]) {
        const [, ...why] = linesWith(false, diagnosis)
        expect(why.length, reason).toBeLessThanOrEqual(2)
        expect(why.map(line => line.trim()).join(' ')).toBe(`${rejections[reason].title}: ${rejections[reason].advice}`)
      }
      const isExplained = reason.startsWith('signature-') && reason !== 'signature-missing'
      const again = `    ${rejections[reason].title}${isExplained ? '.' : ', as before.'}`
      for (const diagnosis of [null, unknown]) expect(linesWith(true, diagnosis).slice(1)).toEqual([again])
      if (!isExplained) continue
      expect(linesWith(true, found).slice(1)).toEqual(['    JSON re-serialized on the way, as before.'])
      const [, ...why] = linesWith(false, found)
      expect([why.length, why.map(line => line.trim()).join(' ')]).toEqual([2, sentence])
    }
  })

  it('lets nothing that a stranger wrote steer the terminal, nor break the line', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u001b[2J', 'a\nb', '\u009b31m', 'x\u202ey', 'x\u061cy'),
    )
    fc.assert(
      fc.property(hostile, hostile, hostile, (eventType, summary, target) => {
        const lines = [
          ...deliveryLines({ ...delivery, eventType, summary }, null, style),
          ...attemptLines({ ...attempt, target, status: 500, line: summary }, style),
        ]
        expect(lines.length).toBeLessThanOrEqual(3)
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u)
      }),
    )
  })

  const answers: readonly [Partial<AttemptSummary>, string][] = [
    [{}, '→ 200 in 12 ms'],
    [{ status: 503, ms: 4321 }, '→ 503 in 4.3 s'],
    [{ status: 204, sloppy: ['The answer had a body.'] }, '→ 204 in 12 ms (sloppy HTTP)'],
    [{ outcome: 'refused', status: null, ms: 1 }, '→ no connection in 1 ms'],
    [{ outcome: 'timed-out', status: null, ms: 45_000 }, '→ timed out in 45.0 s'],
    [{ outcome: 'reset', status: null, ms: 2 }, '→ connection lost in 2 ms'],
    [{ outcome: 'invalid-answer', status: null, ms: 2 }, '→ not HTTP in 2 ms'],
    [{ outcome: 'pending', status: null, ms: null }, '→ no answer yet'],
  ]
  it.each(answers)('%j is %s', (changes, text) => expect(answerText({ ...attempt, ...changes })).toBe(text))

  it('says of a replay what was changed: its answer is none to the delivery', () => {
    const changed: readonly [AttemptSummary['changes'], RegExp][] = [
      [[], /^\S+ {2}#12 {2}replayed to http:\S+ {2}→ 200 in 12 ms$/],
      [['body', 'signature'], /webhooks {2}\[changed body, new signature\] {2}→ 200 in 12 ms$/],
      [['method', 'headers', 'body'], /\[changed method, headers and body\] {2}→/],
      [['signature'], /\[new signature\] {2}→/],
    ]
    for (const [changes, line] of changed)
      expect(attemptLines({ ...attempt, source: 'replay', changes }, style)[0]).toMatch(line)
  })

  const reasons: readonly [Partial<AttemptSummary>, string][] = [
    [{ status: 500, line: 'TypeError: x is undefined' }, 'TypeError: x is undefined'],
    [{ status: 500 }, ''],
    [
      { status: 308, location: '/webhooks/', line: 'Redirecting' },
      'Redirects to /webhooks/: the gateway follows no redirect. Use the URL it leads to',
    ],
    [
      {
        outcome: 'refused',
        status: null,
        error: { code: 'ECONNREFUSED', message: 'Nothing listens.', hint: 'Start it.' },
      },
      'Nothing listens. Start it.',
    ],
    [{}, ''],
    [{ outcome: 'pending', status: null, ms: null }, ''],
  ]
  it.each(reasons)('%j has its reason below it: %s', (changes, text) => {
    const failed = { ...attempt, ...changes }
    for (const lines of [deliveryLines(delivery, failed, style), attemptLines(failed, style)]) {
      const [, ...below] = lines
      expect(below.join('\n')).toMatch(text === '' ? /^$/ : new RegExp(`^ {10}${text}`))
    }
    for (const line of attemptLines({ ...failed, target: 'http://a/' }, { paint: plain, width: 40 }).slice(1))
      expect(line.length).toBeLessThanOrEqual(40)
  })

  it('wraps between words and loses none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 12, max: 40 }),
        (words, width) => {
          const lines = wrapWords(words.join(' '), width)
          expect(lines.join(' ')).toBe(words.join(' '))
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
        },
      ),
    )
  })
})

describe('colours', () => {
  it('are for terminals that want them', () => {
    expect(colourful.red('x')).not.toBe('x')
    expect(paintFor({ isTTY: false }, {}).red('x')).toBe('x')
    expect(paintFor({ isTTY: true }, { NO_COLOR: '1' }).red('x')).toBe('x')
    expect(paintFor({ isTTY: true }, { NO_COLOR: '' }).red('x')).not.toBe('x')
    expect(paintFor({ isTTY: true }, { TERM: 'dumb' }).red('x')).toBe('x')
    expect(paintFor({ isTTY: false }, { FORCE_COLOR: '1' }).red('x')).not.toBe('x')
  })

  it('leave lines without a limit where no terminal is', () => {
    expect(widthOf({ isTTY: true, columns: 120 })).toBe(120)
    expect(widthOf({ isTTY: true, columns: 7 })).toBe(40)
    expect(widthOf({ columns: 120 })).toBeNull()
  })
})

const hook: HookView = {
  id: 'main',
  label: 'shop',
  hookUrl: 'https://shop.example.com/abc',
  localUrl: 'http://localhost:4780/abc',
  authentication: { kind: 'none' },
  signing: { kind: 'none' },
  secretsFrom: 'none',
  customUrl: null,
  events: catalogue.map(({ type }) => type),
  rehearsal: null,
  forward: [],
  createdAt: '2026-11-23T10:00:00.000Z',
}
const up: TunnelStatus = { state: 'up', url: 'https://shop.example.com', roundTripMs: 5, changedFrom: null }
const status: Status = {
  version: '1.2.3',
  startedAt: '2026-11-23T10:00:00.000Z',
  db: '/data/deliveries.db',
  tunnel: up,
  exposed: null,
  hooks: [hook],
  forward: null,
  answer: 'hookscope',
  observe: false,
  storeTrouble: null,
  trouble: null,
  limits: { bodyBytes: 1 },
  retention: { count: null, days: null, bytes: null },
  pinsBeyond: null,
  droppedUnseen: 0,
  preparing: 0,
  droppedWaiting: 0,
  jobs: [],
  edits: [],
  leftovers: [],
  verifications: [],
  check: null,
  simulator: { waiting: 0, sending: 0 },
}
const banner = (changes: Partial<Status> = {}, config: BannerFacts['config'] = null) =>
  bannerLines(
    { status: { ...status, ...changes }, inspectorLink: 'http://127.0.0.1:4781/?token=t', config, before: null },
    style,
  ).join('\n')

describe('the block at the start', () => {
  it('says what to paste, where to look, where it is kept and what is checked', () => {
    const text = banner()
    expect(text).toContain('Hook URL    https://shop.example.com/abc')
    expect(text).toContain('Inspector   http://127.0.0.1:4781/?token=t')
    expect(text).toContain('Kept in     /data/deliveries.db')
    expect(text).toContain('Forwarded   nowhere')
    expect(text).toContain('signatures are not checked · Basic auth is not checked')
  })

  it('names the config file and what it sets, never a value', () => {
    const path = '/shop/hookscope.config.ts'
    expect(banner({}, { path, sets: ['forward', 'signatureKey'] })).toMatch(
      /Config {6}\/shop\/hookscope\.config\.ts\n {14}sets forward, signatureKey\n/,
    )
    expect(banner({}, { path, sets: [] })).toContain('sets nothing that is not overridden')
    expect(banner()).not.toContain('Config')
  })

  it('shows which keys are used, masked, and for whom', () => {
    const text = banner({
      hooks: [
        {
          ...hook,
          authentication: { kind: 'basic', username: 'shop' },
          signing: {
            kind: 'hmac',
            keys: [
              { kind: 'signature-key', masked: '••••ab12' },
              { kind: 'source-key', masked: '••••' },
            ],
          },
        },
      ],
    })
    expect(text).toContain('signatures, with the signature key ••••ab12 or the source key •••• · Basic auth, for shop')
  })

  const states: readonly [TunnelStatus, RegExp][] = [
    [{ state: 'off' }, /none: no tunnel\. On this machine: http:\/\/localhost:4780\/abc/],
    [{ state: 'starting' }, /opening the tunnel/],
    [
      { state: 'retrying', url: null, reason: 'No answer.', retryAt: '2026-11-23T10:00:00.000Z' },
      /none yet: No answer\. Trying again\./,
    ],
    [{ state: 'down', url: null, reason: 'Not installed.', hint: 'Install it.' }, /none: Not installed\. Install it\./],
  ]
  it.each(states)('without a Hook URL: %j', (tunnel, expected) => {
    expect(banner({ tunnel, hooks: [{ ...hook, hookUrl: null }] })).toMatch(expected)
  })

  it('tells several hooks apart, and which of them go elsewhere or are on trial', () => {
    const rehearsal = {
      status: 503,
      headers: [],
      body: '',
      delayMs: 0,
      failures: { kind: 'never' },
      failWith: { kind: 'hang' },
    } as const
    const own = 'https://depot.example/in'
    const text = banner({
      hooks: [
        { ...hook, rehearsal },
        { ...hook, label: 'dep\not', hookUrl: own, customUrl: own },
      ],
    })
    expect(text).toMatch(/Webhook +shop\n +Hook URL +https:\/\/shop\.example\.com\/abc\n/)
    expect(text).toContain('with a mock response to the gateway')
    expect(text).toMatch(/Webhook +dep\ufffdot\n +Hook URL +https:\/\/depot\.example\/in · your URL/)
    expect(text.match(/--signature-key/g)).toHaveLength(1)
    expect(banner()).not.toContain('Webhook')
  })

  it.each([40, 80, 120])('breaks between words in a terminal of %d columns, links aside', width => {
    const tunnel = { state: 'down', url: null, reason: 'cloudflared is not installed.', hint: 'Install it.' } as const
    const shown = { ...hook, hookUrl: null, label: 'My shop in town' }
    const facts: BannerFacts = {
      status: { ...status, tunnel, hooks: [shown], observe: true },
      inspectorLink: `http://127.0.0.1:4781/?token=${'t'.repeat(32)}`,
      config: { path: '/shop/hookscope.config.ts', sets: ['forward', 'signatureKey', 'tunnel', 'subdomain', 'port'] },
      before: { count: 0, newestAt: null, anyCame: false },
    }
    const painted = { paint: colourful, width }
    const lines = [
      ...bannerLines(facts, painted),
      ...consoleLines(shown, facts, painted),
      ...tunnelLines(tunnel, [], painted),
    ]
    const wide = { paint: plain, width: null }
    const whole = [...bannerLines(facts, wide), ...consoleLines(shown, facts, wide), ...tunnelLines(tunnel, [], wide)]
    const plainLines = lines.map(line => stripVTControlCharacters(line))
    const words = (text: readonly string[]) => text.join(' ').split(/\s+/)
    expect(words(plainLines)).toEqual(words(whole))
    for (const line of plainLines)
      if (line.length > width)
        expect(
          line
            .trim()
            .split(/\s{2,}/)
            .at(-1),
        ).toMatch(/^(?:https?:)?\/\S+$/)
  })

  it('says who answers when deliveries are forwarded', () => {
    const target = 'http://localhost:3000/'
    const forward = forwardStatus(target)
    expect(banner({ forward })).toContain('to http://localhost:3000/ · hookscope answers the gateway')
    expect(banner({ forward, answer: 'app' })).toContain('the app answers the gateway')
    const several = { ...forward, targets: [...forward.targets, targetStatus('http://localhost:4000/')] }
    expect(banner({ forward: several, answer: 'app' })).toMatch(
      /Forwarded +to http:\/\/localhost:3000\/ · this app answers the gateway\n +to http:\/\/localhost:4000\/\n/,
    )
    expect(banner({ observe: true })).toContain('rejected deliveries are answered 200 as well')
  })
})

describe("the console's Add Webhook window", () => {
  const fields = (shown: HookView, tunnel: TunnelStatus = up) => {
    const before = { count: 0, newestAt: null, anyCame: false }
    const facts = {
      status: { ...status, tunnel },
      inspectorLink: 'http://127.0.0.1:4781/?token=abc',
      config: null,
      before,
    }
    return consoleLines(shown, facts, style).join('\n')
  }

  it('is followed by how to make a sale, and by what legacy accounts have to do', () => {
    const text = fields(hook)
    expect(text).toMatch(/Make a sale in the sandbox\. .*\n {2}http:\/\/127\.0\.0\.1:4781\/\?token=abc&help=sandbox\n/)
    expect(text).toContain('Legacy accounts ask integration support')
  })

  it('is gone through field by field, in its own words', () => {
    const text = fields(hook)
    expect(text).toContain('Settings > Webhooks > Add Webhook')
    expect(text).toMatch(/Webhook Label +shop\n/)
    expect(text).toMatch(/Hook URL +https:\/\/shop\.example\.com\/abc\n/)
    expect(text).toMatch(new RegExp(`Events +one or more of the ${catalogue.length}`))
    expect(text).toMatch(/Authentication +None\n/)
    expect(text).toMatch(/Signature +None/)
    expect(text).toContain('Add Hook')
  })

  it('follows what hookscope checks', () => {
    const text = fields({
      ...hook,
      authentication: { kind: 'basic', username: 'shop' },
      signing: { kind: 'hmac', keys: [{ kind: 'source-key', masked: '••••ab12' }] },
    })
    expect(text).toMatch(/Authentication +Basic, user name shop/)
    expect(text).toMatch(/Signature +Source Key \(the console’s API Key\), .*••••ab12/)
  })

  it('names the events that were chosen here', () => {
    const events = (...chosen: HookView['events']) => fields({ ...hook, events: chosen })
    expect(events('ach.settled', 'ach.failed')).toMatch(/Events +ach\.settled, ach\.failed\n/)
    const many = catalogue.slice(0, 10).map(({ type }) => type)
    expect(events(...many)).toMatch(/Events +the 10 chosen here, cau\.created and others\n/)
  })

  it('says nothing about how a key ends when that is not shown', () => {
    const keys = [{ kind: 'signature-key', masked: '••••' }] as const
    const text = fields({ ...hook, signing: { kind: 'hmac', keys } })
    expect(text).toMatch(/Signature +Signature Key\n/)
  })

  const retryAt = '2026-11-23T10:00:00.000Z'
  const missing: readonly [TunnelStatus, RegExp][] = [
    [{ state: 'off' }, /Hook URL +needs an https URL: open a tunnel/],
    [{ state: 'retrying', url: null, reason: 'No answer.', retryAt }, /Hook URL +not known yet/],
    [
      { state: 'down', url: null, reason: 'Not installed.', hint: 'Install it.' },
      /Hook URL +not known yet.*--public-url/,
    ],
  ]
  it.each(missing)('says what stands in for the Hook URL: %j', (tunnel, expected) => {
    expect(fields({ ...hook, hookUrl: null }, tunnel)).toMatch(expected)
  })
})

describe('news of the tunnel', () => {
  it('is loud about another name, and says what to do in the console', () => {
    const lines = tunnelLines({ ...up, changedFrom: 'https://old.example.com' }, [hook], style)
    const text = lines.join('\n')
    expect(text).toContain('The Hook URL has changed')
    expect(text).toContain('before  https://old.example.com')
    expect(text).toContain('now     https://shop.example.com/abc')
    expect(text).toContain('Save Changes')
    expect(lines.length).toBeGreaterThan(5)
  })

  it('names the Hook URLs that lead through it', () => {
    const second = { ...hook, hookUrl: 'https://shop.example.com/def' }
    const elsewhere = { ...hook, hookUrl: 'https://depot.example/', customUrl: 'https://depot.example/' }
    const text = (...hooks: HookView[]) => tunnelLines(up, hooks, style).join('\n')
    expect(text(hook, elsewhere)).toBe('The tunnel is up. Hook URL: https://shop.example.com/abc')
    expect(text(hook, second)).toMatch(/Hook URLs:\n {2}https:\/\/shop\.example\.com\/abc\n {2}https:.*\/def$/)
    expect(text(elsewhere)).toBe('The tunnel is up.')
  })

  it('says why it is not there, and nothing about what is no news', () => {
    const retrying: TunnelStatus = {
      state: 'retrying',
      url: null,
      reason: 'x\u001b[2Jy',
      retryAt: '2026-11-23T10:00:00.000Z',
    }
    const said = /: x\ufffd\[2Jy Trying again at \d\d:\d\d:\d\d\./
    expect(tunnelLines(retrying, [hook], style)[0]).toMatch(new RegExp(`^The tunnel is not up${said.source}$`))
    const lost = { ...retrying, reachedAt: '2026-11-23T09:00:00.000Z' }
    expect(tunnelLines(lost, [hook], style)[0]).toMatch(
      new RegExp(`^The tunnel is lost${said.source} It last led here at \\d\\d:\\d\\d:\\d\\d\\.$`),
    )
    expect(tunnelLines({ state: 'starting' }, [hook], style)).toEqual([])
    expect(tunnelLines({ state: 'off' }, [hook], style)).toEqual([])
  })
})
