/**
 * What a check leaves to chance, and what it does not: which fields its events have follows from its seed, so that the same seed
 * asks the same; ids follow from its mark as well, so that no endpoint has seen them before.
 */
import { createHash } from 'node:crypto'

/** The seed of a check that was asked for none: the same question gets the same answer. */
export const usualSeed = 1

export const largestSeed = 4_294_967_295

/** @returns a number of 32 bits that follows from the seed and what is asked */
export const seedFor = (seed: number, ...asked: readonly (string | number)[]): number =>
  createHash('sha256')
    .update([seed, ...asked].join(' '))
    .digest()
    .readUInt32BE(0)

/** A key that is not the endpoint's. */
export const strangersKey = (seed: number): string =>
  createHash('sha256').update(`a stranger's key ${seed}`).digest('base64url')

// Without vowels, so that no key spells a word.
const letters = '0123456789bcdfghjkmnpqrstvwxyz'
const digits = '0123456789'

function text(of: string, length: number, alphabet: string): string {
  const bytes = createHash('sha256').update(of).digest()
  return Array.from({ length }, (_, at) => alphabet.charAt((bytes[at % bytes.length] ?? 0) % alphabet.length)).join('')
}

/** Gives the events of one story fresh ids: what was the same in all of them stays so. */
export interface StoryRenewal {
  /** A copy with fresh ids of the same length and kind. */
  renew(json: Readonly<Record<string, unknown>>): Record<string, unknown>
}

/** @param story unlike that of any other story, here or in another check */
export function openStoryRenewal(story: string): StoryRenewal {
  let events = 0
  const fresh = (old: string): string =>
    /^\d+$/.test(old)
      ? `1${text(`${story} ${old}`, old.length - 1, digits)}`
      : text(`${story} ${old}`, old.length, letters)

  function renewed(value: unknown, name: string): unknown {
    if (Array.isArray(value)) return value.map(item => renewed(item, ''))
    if (typeof value === 'object' && value !== null) {
      const fields = new Map(Object.entries(value))
      // On an approved refund the authorization code is the reference number, and stays it.
      const sameCode = fields.get('authcode') === String(fields.get('refnum'))
      return Object.fromEntries(
        Array.from(fields, ([key, inside]) => [
          key,
          key === 'authcode' && sameCode ? fresh(String(inside)) : renewed(inside, key),
        ]),
      )
    }
    switch (name) {
      case 'key':
      case 'refnum':
      case 'batchrefnum':
        return typeof value === 'number'
          ? Number(fresh(String(value)))
          : typeof value === 'string'
            ? fresh(value)
            : value
      case 'uri':
        return typeof value === 'string' ? value.replace(/[^/]+$/, fresh) : value
      default:
        return value
    }
  }

  return {
    renew(json) {
      events += 1
      const id = createHash('sha256').update(`${story} event ${events}`).digest('hex')
      return { ...(renewed(json, '') as Record<string, unknown>), event_id: id }
    },
  }
}
