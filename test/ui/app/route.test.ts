import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  closeDelivery,
  connectRouter,
  formatRoute,
  goTo,
  linkTo,
  openDelivery,
  parseRoute,
  route,
  setParams,
} from '../../../ui/app/route.ts'

let steps: string[] = []

function start(url: string) {
  steps = []
  connectRouter(url, (next, replace) => {
    steps.push(`${replace ? 'replace' : 'push'} ${next}`)
    connectRouter(next, (later, again) => steps.push(`${again ? 'replace' : 'push'} ${later}`))
  })
}

beforeEach(() => start('/'))

describe('the URL', () => {
  it.each([
    ['/', { view: 'deliveries', delivery: null, item: null, params: {} }],
    ['/deliveries/', { view: 'deliveries', delivery: null, item: null, params: {} }],
    ['/deliveries/42?tab=headers', { view: 'deliveries', delivery: 42, item: null, params: { tab: 'headers' } }],
    ['/hooks', { view: 'hooks', delivery: null, item: null, params: {} }],
    ['/hooks/new', { view: 'hooks', delivery: null, item: 'new', params: {} }],
    ['/hooks/a_B-3', { view: 'hooks', delivery: null, item: 'a_B-3', params: {} }],
    ['/simulate/7', { view: 'simulate', delivery: null, item: '7', params: {} }],
    ['/check/3', { view: 'check', delivery: null, item: '3', params: {} }],
    ['/readiness/3', { view: 'check', delivery: null, item: '3', params: {} }],
    ['/settings', { view: 'settings', delivery: null, item: null, params: {} }],
    ['/deliveries/x', { view: 'missing', delivery: null, item: null, params: {} }],
    ['/hooks/a/b', { view: 'missing', delivery: null, item: null, params: {} }],
    ['/elsewhere', { view: 'missing', delivery: null, item: null, params: {} }],
  ])('%s is a place', (url, place) => {
    expect(parseRoute(url)).toEqual(place)
  })

  it('gives every place back as it was, whatever is searched for', () => {
    fc.assert(
      fc.property(
        fc.option(fc.nat()),
        fc.string({ minLength: 1 }),
        fc.constantFrom('body', 'raw'),
        (delivery, q, tab) => {
          const place = { view: 'deliveries', delivery, item: null, params: { q, tab } } as const
          expect(parseRoute(formatRoute(place))).toEqual(place)
        },
      ),
    )
  })

  it('keeps the search while deliveries open and close, and lets go what belonged to the open one', () => {
    start('/deliveries/1?q=is%3Arejected&tab=raw&compare=2')
    expect(linkTo({ delivery: null })).toBe('/?q=is%3Arejected')
    openDelivery(3, true)
    expect(steps).toEqual(['replace /deliveries/3?q=is%3Arejected&tab=raw'])
    start('/deliveries/3?q=is%3Arejected&tab=raw')
    closeDelivery()
    expect(steps).toEqual(['push /?q=is%3Arejected'])
  })

  it('changes parameters without a step, and does nothing when nothing changes', () => {
    start('/deliveries/3?tab=raw')
    setParams({ tab: null, q: 'type:ach.*' })
    expect(steps).toEqual(['replace /deliveries/3?q=type%3Aach.*'])
    expect(route.value.params).toEqual({ q: 'type:ach.*' })
    start('/settings')
    goTo('/settings')
    expect(steps).toEqual([])
  })
})
