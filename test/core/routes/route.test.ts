import { describe, expect, it } from 'vitest'
import { readEvents } from '../../../core/routes/event-pattern.ts'
import { fitsEvents } from '../../../core/routes/fits-events.ts'
import { type Routed, type RoutePlan, type RouteRule, routesByHand, routesFor } from '../../../core/routes/route.ts'
import { readRoute, splitRoutes } from '../../../core/routes/route-text.ts'
import { takenText } from '../../../core/routes/route-words.ts'
import { plainRoutes } from '../../helpers/summaries.ts'

describe('events as they are typed', () => {
  it.each([
    ['ach.settled', ['ach.settled']],
    ['ach.*', ['ach.*']],
    ['ach', ['ach.*']],
    ['cardupdate.*', ['cau.*']],
    ['cardupdate.created, cau.created', ['cau.created']],
    ['inventory', ['product.inventory.*']],
    ['transaction.sale.*,ACH.*', ['transaction.sale.*', 'ach.*']],
    ['*', ['*']],
  ])('%j is %j', (text, events) => expect(readEvents(text)).toEqual({ ok: true, events }))

  it.each([
    ['ahc.*', 'Did you mean ach.*?'],
    ['ach.setled', 'Did you mean ach.settled?'],
    ['transaction.sales.*', 'Did you mean transaction.sale.*?'],
    ['completely-else', 'Give event types'],
    ['', 'Such as ach.*'],
  ])('%j is none: %s', (text, hint) =>
    expect(readEvents(text)).toMatchObject({ ok: false, hint: expect.stringContaining(hint) }),
  )

  it('fits both spellings, and with * also what the catalogue does not know', () => {
    expect(fitsEvents(['cau.*'], 'cardupdate.created')).toBe(true)
    expect(fitsEvents(['ach.*'], 'achieved.goal')).toBe(false)
    expect(fitsEvents(['ach.*'], 'ach.brand_new')).toBe(true)
    expect(fitsEvents(['*'], null)).toBe(true)
    expect(fitsEvents(['ach.*'], null)).toBe(false)
  })
})

describe('a route as it is typed', () => {
  it.each([
    ['ach.*=http://localhost:3001/ach', ['ach.*'], 'http://localhost:3001/ach'],
    ['ach.*, cau.created = 3001/ach', ['ach.*', 'cau.created'], 'http://localhost:3001/ach'],
    ['3000/webhooks', null, 'http://localhost:3000/webhooks'],
    ['3000?key=1', null, 'http://localhost:3000/?key=1'],
    ['http://a.example/x=y?b=c', null, 'http://a.example/x=y?b=c'],
    ['*=3000/?wc-api=usaepay', ['*'], 'http://localhost:3000/?wc-api=usaepay'],
  ])('%j', (text, events, href) => {
    const read = readRoute(text)
    expect(read.ok && [read.events, read.url.href]).toEqual([events, href])
  })

  it('says what is near, and what is wrong with the target', () => {
    expect(readRoute('ahc.*=3001')).toMatchObject({
      ok: false,
      message: 'No event is called “ahc.*”, in “ahc.*=…”.',
      hint: 'Did you mean ach.*?',
    })
    expect(readRoute('ach.*=')).toMatchObject({ ok: false, message: expect.stringContaining('is not a URL') })
  })

  it('stands in a list with others', () => {
    expect(splitRoutes('ach.*,cau.*=3001/ach,3000 settlement=http://a.example/?x=1,2')).toEqual([
      'ach.*,cau.*=3001/ach',
      '3000',
      'settlement=http://a.example/?x=1,2',
    ])
  })
})

describe('the routes of a delivery', () => {
  interface Named extends RouteRule {
    readonly name: string
  }
  const of = (eventType: string | null, hook = 'main'): Routed => ({ hook, eventType, isSubscribed: true })
  const plan = (routes: readonly Named[], more: Partial<RoutePlan> = {}): RoutePlan<Named> => ({
    ...{ all: false, only: null, unsubscribed: false, ...more },
    routes,
  })
  const names = (delivery: Routed, to: RoutePlan<Named>) => routesFor(delivery, to).routes.map(({ name }) => name)

  const ach: Named = { name: 'ach', events: ['ach.*'] }
  const settled: Named = { name: 'settled', events: ['ach.settled'] }
  const [a, b]: readonly [Named, Named] = [{ name: 'a' }, { name: 'b' }]

  it('without events each gets every delivery', () => {
    expect(names(of('ach.settled'), plan([a, b]))).toEqual(['a', 'b'])
  })

  it('the first with events that fits takes it alone, wherever it stands; the rest goes to those without', () => {
    const both = plan([a, ach, settled, b])
    expect(names(of('ach.settled'), both)).toEqual(['ach'])
    expect(names(of('transaction.sale.success'), both)).toEqual(['a', 'b'])
    expect(names(of(null), both)).toEqual(['a', 'b'])
  })

  it('with --forward-all each that fits takes it', () => {
    expect(names(of('ach.settled'), plan([a, ach, settled, b], { all: true }))).toEqual(['ach', 'settled', 'a', 'b'])
  })

  it('a hook with routes of its own has these alone: what they leave out goes nowhere', () => {
    const own: Named = { name: 'own', hook: 'shop', events: ['ach.*'] }
    for (const all of [false, true]) {
      expect(names(of('ach.settled', 'shop'), plan([a, own], { all }))).toEqual(['own'])
      const sale = of('transaction.sale.success', 'shop')
      expect(routesFor(sale, plan([a, own], { all }))).toEqual({ routes: [], why: 'no-route' })
      expect(names({ ...sale, hook: 'main' }, plan([a, own], { all }))).toEqual(['a'])
    }
  })

  it('those of its hook are for no other hook', () => {
    const own: Named = { name: 'own', hook: 'shop' }
    const both = plan([ach, a, own])
    expect(names(of('ach.settled', 'shop'), both)).toEqual(['own'])
    expect(names(of('ach.settled', 'main'), both)).toEqual(['ach'])
    expect(names(of('ach.settled', 'main'), plan([own]))).toEqual([])
  })

  it('says why there is none', () => {
    const why = (delivery: Routed, to: RoutePlan<Named>) => routesFor(delivery, to).why
    expect(why(of('cau.created'), plan([ach]))).toBe('no-route')
    expect(why(of('cau.created'), plan([a], { only: ['ach.*'] }))).toBe('not-selected')
    const unsubscribed = { ...of('ach.settled'), isSubscribed: false }
    expect(why(unsubscribed, plan([a]))).toBe('not-subscribed')
    expect(names(unsubscribed, plan([a], { unsubscribed: true }))).toEqual(['a'])
  })
})

it('what a target takes is said where not each gets everything', () => {
  const status = plainRoutes('http://a/', 'http://b/')
  expect(takenText('http://a/', status, [])).toBeNull()
  const [first, second] = status.routes
  if (!first || !second) throw new Error('two routes')
  const routed = { ...status, routes: [{ ...first, events: ['ach.*'], hook: 'x' }, second] }
  expect(takenText('http://a/', routed, [{ id: 'x', label: 'My shop' }])).toBe('ach.* of My shop')
  expect(takenText('http://b/', routed, [])).toBe('every event of the other webhooks')
  expect(takenText('http://b/', { ...routed, routes: [{ ...first, events: ['ach.*'] }, second] }, [])).toBe(
    'all other events',
  )
})

it('what a person sends goes by its own route first, also where it would not be forwarded', () => {
  const [ach, rest] = [{ events: ['ach.*'], name: 'ach' }, { name: 'rest' }]
  const sale: Routed = { hook: 'main', eventType: 'transaction.sale.success', isSubscribed: false }
  const firstOf = (delivery: Routed, routes: readonly (RouteRule & { name: string })[]) =>
    routesByHand(delivery, { routes })[0]?.name
  expect(firstOf(sale, [ach, rest])).toBe('rest')
  expect(firstOf({ ...sale, eventType: 'ach.settled' }, [rest, ach])).toBe('ach')
  expect(firstOf(sale, [ach])).toBe('ach')
  expect(firstOf(sale, [])).toBeUndefined()
  expect(firstOf(sale, [rest, { ...ach, hook: 'main' }])).toBe('ach')
})
