/** What a flaw is, and the usual ways to plant one. */
import type { ProbeId } from '../../../core/check/probes.ts'
import type { CheckLimits } from '../../../server/check/limits.ts'
import type { Json } from '../json.ts'
import type { ShopServer } from '../node.ts'
import { type Came, credentials, digestOf, type Said, type Shop } from '../shop.ts'

export interface Flaw {
  readonly name: string
  /** Decisions that are taken wrongly. @param asked the question that is being asked: for flaws that show only then */
  readonly plant?: (right: Shop, asked: () => ProbeId | null) => Partial<Shop>
  /** In place of the usual server. */
  readonly start?: (shop: Shop) => Promise<ShopServer>
  /** Findings that fail or warn; all others pass, are told, or do not apply. */
  readonly red: readonly ProbeId[]
  /** Why these cannot be told apart, where there are several. */
  readonly together?: string
  /** Others that then have no answer; `rest` for all but those on the wire that need no event. */
  readonly unknown?: readonly ProbeId[] | 'rest'
  readonly limits?: Partial<CheckLimits>
}

export const said = (status: number, body = ''): Said => ({ status, body })
export const sale = (event: Json) => event['event_type'] === 'transaction.sale.success'
export const idOf = (event: Json) => String(event['event_id'])
export const textOf = ({ body }: Came) => body.toString('utf8')
export const hex = (body: Uint8Array | string) => digestOf(Buffer.from(body)).toString('hex')
export const signatureOf = ({ headers }: Came) => headers['x-signature']
export const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
export const whole = basic(`${credentials.username}:${credentials.password}`)
export const timeOf = (event: Json) => Date.parse(`${String(event['event_triggered']).replace(' ', 'T')}Z`)
export const hour = 3_600_000

/** Refuses events with a condition. */
export const refusing = (status: number, when: (event: Json, came: Came) => boolean) => (right: Shop) => ({
  act: async (event: Json, came: Came) => (when(event, came) ? said(status) : right.act(event, came)),
})

/** Takes what is signed rightly, and something else too. */
export const signedOr = (also: (came: Came) => boolean) => (right: Shop) => ({
  signed: (came: Came) => right.signed(came) || also(came),
})

export const allowedOr = (also: (came: Came) => boolean) => (right: Shop) => ({
  allowed: (came: Came) => right.allowed(came) || also(came),
})

/** Parses with one kind of body not caught. */
export const breakingOn = (breaks: (text: string) => boolean, status = 500) => {
  let text = ''
  return (right: Shop): Partial<Shop> => ({
    parse(body) {
      text = body.toString('utf8')
      return right.parse(body)
    },
    say: given => (given.status === 400 && breaks(text) ? said(status) : given),
  })
}

/** Remembers events in its own way. */
export const remembering =
  (act: (event: Json, came: Came, right: Shop) => Promise<Said>) =>
  (right: Shop): Partial<Shop> => ({
    act: (event, came) => (sale(event) ? act(event, came, right) : right.act(event, came)),
  })
