/** Faults as people write them: `duplicates`, `slow=0.2,cut=5%`. */
import { nearest } from '../text/nearest.ts'
import { type FaultKind, type FaultRates, faultKinds } from './faults.ts'

const kinds: readonly FaultKind[] = faultKinds.map(({ kind }) => kind)

type ParsedFaults =
  | { readonly ok: true; readonly faults: FaultRates }
  | { readonly ok: false; readonly message: string; readonly hint: string }

/** @returns a share from 0 to 1; undefined when it is none */
function shareOf(text: string): number | undefined {
  const [, digits = '', percent] = /^(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(%)?$/.exec(text) ?? []
  if (digits === '') return undefined
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  return share <= 1 ? share : undefined
}

/** @param text kinds, each with `=` and its share or alone for all, divided by commas */
export function parseFaults(text: string): ParsedFaults {
  const faults: Partial<Record<FaultKind, number>> = {}
  for (const part of text.split(',').map(each => each.trim())) {
    const [typed = '', shareText] = part.split(/=(.*)/s)
    const kind = kinds.find(known => known === typed)
    if (kind === undefined) {
      const near = nearest(typed, kinds)
      const message = typed === '' ? 'A fault is missing.' : `There is no fault “${typed}”.`
      return {
        ok: false,
        message,
        hint: near === undefined ? `There is: ${kinds.join(', ')}.` : `Did you mean ${near}?`,
      }
    }
    if (kind in faults) return { ok: false, message: `The fault ${kind} is given twice.`, hint: 'Remove one of them.' }
    const share = shareText === undefined ? 1 : shareOf(shareText.trim())
    if (share === undefined) {
      return {
        ok: false,
        message: `“${shareText}” is not a share.`,
        hint: `Write a number from 0 to 1 or a percentage, such as ${kind}=0.2 or ${kind}=20%. ${kind} alone applies to everything.`,
      }
    }
    faults[kind] = share
  }
  return { ok: true, faults }
}
