/** A diagnosis in the parts that the Signature tab shows. */
import { remediesOf, type SignatureDiagnosis } from '../../../../core/deliveries/diagnosis.ts'
import { keyNames } from '../../../../core/hooks/hook.ts'
import { capital } from '../../../../core/text/text.ts'
import { countText } from '../../../kit/count.ts'

type Found = Extract<SignatureDiagnosis, { kind: 'found' }>

/** The sentence, parted where the cause ends and what to do begins. */
export function partsOf({ causes, sentence }: Found): { cause: string; remedies: readonly string[] } {
  const remedies = remediesOf(causes)
  const end = `: ${remedies.join('; ')}.`
  return {
    cause: sentence.endsWith(end) ? `${sentence.slice(0, -end.length)}.` : sentence,
    remedies: remedies.map(remedy => `${capital(remedy)}.`),
  }
}

/** Which key it was signed with. @param hook the delivery's own hook */
export function signerText({ causes, key }: Found, hook: string): string {
  if (key === null) return causes.includes('key-empty') ? 'an empty key' : 'no key'
  const whose = key.hook === hook ? 'of this hook' : `of the hook “${key.label}”`
  return `the ${keyNames[key.kind]} ${key.masked} ${whose}`
}

/** Which bytes were signed. @param bytes those that came */
export function signedText({ parting, signedBytes }: Found, bytes: number): string {
  if (parting === null) return `the body as received, ${countText(bytes)} bytes`
  return `a different body: ${countText(signedBytes)} bytes instead of ${countText(bytes)}`
}
