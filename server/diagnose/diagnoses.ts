/** Remembers why signatures are wrong, so that a delivery is diagnosed once, whoever asks and however often. */
import { createHash } from 'node:crypto'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import { isExplainable } from '../../core/deliveries/explainable.ts'
import { unpackBody } from '../bodies/decode.ts'
import type { Unpack } from './diagnose.ts'
import { type Explainable, explain, type KnownHooks } from './explain.ts'

export interface Diagnoses {
  /**
   * Why a delivery's signature is wrong, with every key that is known now.
   * @returns null when there is nothing to find out, or when it fits by now; who asks meanwhile gets the same promise
   */
  of(delivery: Explainable): Promise<SignatureDiagnosis | null>
}

/** The last ones that were asked for; one takes about a kilobyte. */
const most = 500

const nothing = Promise.resolve(null)

/** What an answer depends on, apart from the bytes that came: whose keys are known, and what is told of whose they are. */
function keysKnown({ hooks, stored, removed }: KnownHooks): unknown {
  const saved = ({ id, label, savedSecrets }: KnownHooks['stored'][number]) => [id, label, savedSecrets]
  return [hooks.map(({ id, label, signing }) => [id, label, signing]), stored.map(saved), removed.map(saved)]
}

/** @param known asked each time; what was found with other keys, or for another verdict, is found out anew */
export function openDiagnoses(known: () => KnownHooks, unpack: Unpack = unpackBody): Diagnoses {
  const remembered = new Map<number, { readonly basis: string; readonly told: Promise<SignatureDiagnosis | null> }>()

  return {
    of(delivery) {
      if (!isExplainable(delivery)) return nothing
      const { id, hook, reasons } = delivery
      const now = known()
      // Hashed, so that no key stays in memory longer than it is known.
      const basis = createHash('sha256')
        .update(JSON.stringify([hook, reasons, keysKnown(now)]))
        .digest('base64')
      const before = remembered.get(id)
      remembered.delete(id)
      const entry = before?.basis === basis ? before : { basis, told: explain(delivery, now, unpack) }
      remembered.set(id, entry)
      const [oldest] = remembered.keys()
      if (remembered.size > most && oldest !== undefined) remembered.delete(oldest)
      entry.told.catch(() => {
        if (remembered.get(id) === entry) remembered.delete(id)
      })
      return entry.told
    },
  }
}
