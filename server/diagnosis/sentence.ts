/** A diagnosis as one sentence for people. */
import { remediesOf, type SignatureCause, signatureCauses } from '../../core/diagnosis.ts'
import type { Hook, SigningKey } from '../../core/hook.ts'
import { clip, printable } from '../../core/text.ts'

const keyNames = { 'source-key': 'source key', 'signature-key': 'signature key' } as const

const sameJson = 'The signature is that of the same JSON'

type Owner = { readonly key: SigningKey; readonly hook: Pick<Hook, 'label'> } | null

function whatOf(cause: SignatureCause, owner: Owner): string {
  const { what } = signatureCauses[cause]
  if (cause === 'key-other-hook' && owner !== null && owner.hook.label !== '')
    return `It was signed with the ${keyNames[owner.key.kind]} of another hook, “${clip(printable(owner.hook.label), 60)}”`
  if (cause === 'key-other-kind' && owner !== null)
    return `It was signed with the ${keyNames[owner.key.kind]} that hookscope knows for this hook but does not check with`
  return what.replace(/\.$/, '')
}

/** @param owner whose key it was signed with */
export function foundSentence(causes: readonly SignatureCause[], owner: Owner): string {
  let said = ''
  for (const cause of causes) {
    const what = whatOf(cause, owner)
    if (said === '') said = what
    // Several things about the same JSON are told in one breath.
    else if (what.startsWith(sameJson) && said.includes(sameJson.slice(1)))
      said += `, ${what.slice(sameJson.length).replace(/^[, ]+/, 'and ')}`
    else said += `; and ${what.charAt(0).toLowerCase()}${what.slice(1)}`
  }
  return `${said}: ${remediesOf(causes).join('; ')}.`
}

/** @param unreadable what came, when it does not read as any digest @param isWhole everything was tried */
export function unknownSentence({
  unreadable,
  hasKeys,
  isWhole,
}: {
  unreadable: readonly string[] | null
  hasKeys: boolean
  isWhole: boolean
}): string {
  if (unreadable !== null) {
    const [first = ''] = unreadable
    const came = first.trim() === '' ? 'nothing' : first.length === 1 ? '1 character' : `${first.length} characters`
    return `What came as X-Signature is no digest that hookscope knows (${came}, where the gateway sends 64): find out what wrote or rewrote the header.`
  }
  if (!hasKeys) return 'No key is known to find out with why the signature does not fit: enter the key of the console.'
  const limit = isWhole ? '' : ' (of a body so large, or so rich, not every way of writing it anew was tried)'
  return `None of the causes that hookscope knows explains this signature${limit}: most likely it was made with a key that is not known here, or the body was changed on the way.`
}
