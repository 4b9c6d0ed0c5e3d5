/** What the gateway says of its sandbox, one row a line: the table that the documentation and the inspector show is held to it. */
import { expect, it, describe as suite } from 'vitest'
import { findCardData } from '../../../core/events/card.ts'
import { catalogue } from '../../../core/events/catalogue.ts'
import { sampleEvent } from '../../../core/events/generator/samples.ts'
import { avsAnswers, sandbox, sandboxRemarks } from '../../../core/events/sandbox.ts'
import { keyPlaces, legacyHint } from '../../../core/hooks/console.ts'
import { valueAt } from '../../../core/text/json-steps.ts'

const sale = 'transaction.sale.success'
const failure = 'transaction.sale.failure'

const rows: readonly (readonly [fact: string, how: RegExp, hour: RegExp, events: readonly string[]])[] = [
  ['an approved sale', /^any listed test card, such as 4000 1000 1111 2224$/, /^at once$/, [sale]],
  ['AVS answers', /^4000 1000 1111 2224 .*second block/, /^at once$/, [sale]],
  ['CVV M', /4000 2000 1111 2222/, /^at once$/, [sale]],
  ['CVV N', /4000 2001 1111 2221/, /^at once$/, [sale]],
  ['CVV P', /4000 2002 1111 2220/, /^at once$/, [sale]],
  ['CVV S', /4000 2003 1111 2229/, /^at once$/, [sale]],
  ['CVV U', /4000 2004 1111 2228/, /^at once$/, [sale]],
  ['CVV X', /4000 2005 1111 2227/, /^at once$/, [sale]],
  ['Declined', /4000 3000 1111 2220 \(Declined\)/, /^at once$/, [failure]],
  ['05 Do not honor', /4000 3002 1111 2228 \(05/, /^at once$/, [failure]],
  ['51 Insufficient funds', /4000 3006 1111 2224 \(51/, /^at once$/, [failure]],
  ['57', /4000 3008 1111 2222 \(57\)/, /^at once$/, [failure]],
  ['97 CVV', /4000 3013 1111 2225 \(97/, /^at once$/, [failure]],
  ['half of the amount', /4000 0000 1111 2275 for 50 %/, /^at once$/, [sale]],
  ['three quarters of it', /4000 0000 1111 2283 for 75 %/, /^at once$/, [sale]],
  ['a referral', /^4000 3001 1111 2229$/, /^at once$/, []],
  ['fraud profiler, review and reject', /^4000 3014 1111 2224, 4000 3015 1111 2223$/, /^at once$/, []],
  ['an approved check sale', /nine-digit routing number and any account/, /^at once$/, [sale]],
  ['an ACH error', /routing number 987654321/, /^at once$/, [failure]],
  ['an ACH decline', /amount 5\.99/, /^at once$/, [failure]],
  ['manager approval', /amount 9999\.99/, /^at once$/, []],
  ['ach.submitted at 5 pm', /any approved check sale/, /^5 pm Pacific time$/, ['ach.submitted']],
  ['ach.settled at 8 am of the next day', /any approved check sale/, /^8 am .* next day$/, ['ach.settled']],
  ['ach.returned at 8 am of the third day', /10178101/, /^8 am .* third day$/, ['ach.returned']],
]

suite('in the sandbox', () => {
  it.each(rows)('%s', (_, how, hour, events) => {
    const found = sandbox.filter(
      row => how.test(row.how) && hour.test(row.hour) && String(row.events) === String(events),
    )
    expect(found).toHaveLength(1)
  })

  it.each([1, 2, 3, 4, 6, 7, 8, 10, 16])('account 101781… number %i brings the return of its code', code => {
    const [row] = sandbox.filter(({ events }) => events.includes('ach.returned'))
    const codes: readonly string[] = row?.see.match(/R\d\d/g) ?? []
    const accounts: readonly string[] = row?.how.match(/\d{8}/g) ?? []
    const place = codes.indexOf(`R${String(code).padStart(2, '0')}`)
    expect(accounts[place]).toBe(String(10_178_100 + code))
    expect(accounts).toHaveLength(codes.length)
    const reasons = Array.from({ length: 300 }, (_, seed) =>
      String(valueAt(sampleEvent('ach.returned', seed), ['event_body', 'changes', 'new', 'reason'])).slice(0, 3),
    )
    expect(new Set(reasons)).toContain(codes[place])
  })

  it('the AVS answers are told in the order of their cards', () => {
    expect(avsAnswers.join(' ')).toBe('YYY YYX NYZ NYW YNA NNN XXW XXU XXR XXS XXE XXG YYG GGG YGG')
    expect(sandbox.find(({ see }) => see.startsWith('AVS'))?.how).toContain('YYY, YYX, NYZ, NYW')
  })

  it('every card can be typed: its check digit is right', () => {
    const cards = sandbox.flatMap(({ how }) => how.match(/\d{4}(?: \d{4}){3}/g) ?? [])
    expect(cards.length).toBeGreaterThan(15)
    for (const card of cards) expect([card, findCardData(card)[0]?.kind]).toEqual([card, 'number'])
  })

  it('only events of the catalogue come', () => {
    const types: readonly string[] = catalogue.map(({ type }) => type)
    for (const event of sandbox.flatMap(({ events }) => events)) expect(types).toContain(event)
  })

  it.each([
    /no outside processor/,
    /throttled/,
    /cleared every few months/,
    /differences from production/,
    /live card/,
  ])('%s is said', remark => expect(sandboxRemarks.join(' ')).toMatch(remark))
})

suite('in the console', () => {
  it('legacy accounts have to ask, the Source Key is called API Key, the Signature Key stands at the bottom', () => {
    expect(legacyHint).toMatch(/[Ll]egacy accounts .*integration support/)
    expect(keyPlaces['source-key']).toContain('API Key')
    expect(keyPlaces['signature-key']).toMatch(/bottom of the webhook’s window/)
  })
})
