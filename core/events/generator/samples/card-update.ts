/** cau.*: the card updater asks the issuer for a newer card. */
import { hourMs } from '../../../text/duration.ts'
import type { EventType } from '../../catalogue.ts'
import { type Card, numberOnCardUpdates, rollCard } from './card.ts'
import type { Dice } from './dice.ts'
import { type Moment, timeOf } from './moment.ts'
import { expiry, type Fields, stamp } from './writing.ts'

export interface CardUpdate {
  readonly key: string
  readonly card: Card
  /** What the issuer has now, when it sent a new number. */
  readonly replacement: Card
  /** From the moment of the event: when the stored card expires; null for a date that is not known. */
  readonly expiresInMonths: number | null
  readonly renewedForMonths: number
  readonly hoursQueued: number
  readonly source: Fields
  /** `added` and `status_description` are not on every event that can have them. */
  readonly tellsAdded: boolean
  readonly describesStatus: boolean
}

export function rollCardUpdate(dice: Dice): CardUpdate {
  const card = rollCard(dice)
  return {
    key: dice.key(17),
    card,
    replacement: rollCard(dice, card.letter),
    expiresInMonths: dice.chance(0.1) ? null : dice.integer(-8, 3),
    renewedForMonths: dice.integer(24, 60),
    hoursQueued: dice.integer(1, 72),
    source: dice.chance(0.6)
      ? { object: 'customer', type: 'payment_method', key: dice.key() }
      : { object: 'transaction', type: 'api', key: dice.key() },
    tellsAdded: dice.chance(0.8),
    describesStatus: dice.chance(0.6),
  }
}

interface Status {
  readonly status: string
  readonly description: string
}
const statuses: Readonly<Partial<Record<EventType, Status>>> = {
  'cau.created': { status: 'pending', description: 'No Response' },
  'cau.submitted': { status: 'submitted', description: 'Sent to the processor' },
  'cau.updated_expiration': { status: 'matched', description: 'The issuer knows the card' },
  'cau.updated_card': { status: 'matched', description: 'The issuer knows the card' },
}

/** How far the update has come. The two requests of the issuer stay pending and tell neither when nor why. */
function statusFields(type: EventType, { tellsAdded, describesStatus }: CardUpdate, added: Date): Fields {
  const known = statuses[type]
  if (known === undefined) return { status: 'pending' }
  return {
    ...(tellsAdded ? { added: stamp(added) } : {}),
    status: known.status,
    ...(describesStatus || type === 'cau.created' ? { status_description: known.description } : {}),
  }
}

/** The card before and after, dated by when the update was queued so that all its events agree. */
function cards(
  update: CardUpdate,
  moment: Moment,
): { queued: Date; original: Fields; updated: Fields; renewed: Fields } {
  const { card, replacement, expiresInMonths, renewedForMonths } = update
  const queued = moment.history[0]?.at ?? moment.at
  const original = {
    number: numberOnCardUpdates(card),
    expiration: expiresInMonths === null ? '0000' : expiry(queued, expiresInMonths),
    type: card.brand,
  }
  const renewed = { ...original, expiration: expiry(queued, renewedForMonths) }
  return { queued, original, renewed, updated: { ...renewed, number: numberOnCardUpdates(replacement) } }
}

export function cardUpdateObject(type: EventType, update: CardUpdate, moment: Moment): Fields {
  const { original, renewed, updated } = cards(update, moment)
  const queued = timeOf(moment, ['cau.created']) ?? new Date(moment.at.getTime() - update.hoursQueued * hourMs)
  return {
    type: 'cardupdate',
    key: update.key,
    original_card: original,
    ...statusFields(type, update, type === 'cau.created' ? moment.at : queued),
    ...(type === 'cau.updated_expiration' ? { updated_card: renewed } : {}),
    ...(type === 'cau.updated_card' ? { updated_card: updated } : {}),
    source: update.source,
  }
}

/** @returns null for the one event of the family that has none */
export function cardUpdateChanges(
  type: EventType,
  update: CardUpdate,
  moment: Moment,
): { old: Fields; new: Fields } | null {
  const { original, renewed, updated } = cards(update, moment)
  const part = (card: Fields, names: readonly string[]) => Object.fromEntries(names.map(name => [name, card[name]]))
  switch (type) {
    case 'cau.submitted':
      // With capitals here, though the object's own status has none.
      return { old: { status: 'Pending' }, new: { status: 'Submitted' } }
    case 'cau.updated_expiration':
      return {
        old: { status: 'submitted', original_card: part(original, ['expiration']) },
        new: { status: 'matched', updated_card: part(renewed, ['expiration']) },
      }
    case 'cau.updated_card':
      return {
        old: { status: 'submitted', original_card: part(original, ['expiration', 'number']) },
        new: { status: 'matched', updated_card: part(updated, ['expiration', 'number']) },
      }
    case 'cau.contact_customer':
      // The gateway leaves a letter out of "customer" here.
      return { old: { contact_cusomer: '' }, new: { contact_cusomer: true } }
    case 'cau.account_closed':
      return { old: { cardaccount_closed: '' }, new: { cardaccount_closed: true } }
    default:
      return null
  }
}
