/** A diagnosis as one sentence for people. */
import { remediesOf, type SignatureCause, signatureCauses } from '../../core/deliveries/diagnosis.ts'
import { type Hook, keyNames, type SigningKey } from '../../core/hooks/hook.ts'
import { clip, printable } from '../../core/text/text.ts'

const sameJson = 'The signature fits the same JSON'

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
    return `The received X-Signature is not a digest that hookscope knows (${came}; the gateway sends 64): find out what wrote or rewrote the header.`
  }
  if (!hasKeys) return 'hookscope has no key to explain the wrong signature with: enter the key of the console.'
  const limit = isWhole ? '' : ' (the body is so large or complex that not every variant was tried)'
  return `None of the causes that hookscope knows explains this signature${limit}: most likely it was made with a key that hookscope does not have, or the body was changed on the way.`
}
