import { signatureChoices } from '../../../core/hooks/console.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { CredentialFields } from '../../app/credential-fields.tsx'
import { status } from '../../app/listener.ts'
import { SelectField } from '../../kit/field.tsx'
import { Segments } from '../../kit/segments.tsx'
import { type CheckProblems, changeCheck, checkHook, checkInput } from './draft.ts'

/** Whose keys events are signed with: those of a hook, or others. */
export function KeyFields({ problems }: { problems: CheckProblems }) {
  const { keys } = checkInput.value
  return (
    <>
      <Segments
        label="Keys"
        choices={{ hook: 'Same as a hook', given: 'Enter keys' }}
        value={keys}
        wide
        onChange={kind => changeCheck({ keys: kind })}
      />
      {keys === 'hook' ? <OfHook problem={problems.hook} /> : <Given problems={problems} />}
    </>
  )
}

function OfHook({ problem }: { problem: string | undefined }) {
  const hooks = status.value?.hooks ?? []
  const hook = checkHook.value
  return (
    <SelectField
      label="Hook"
      hint={hook ? <KeysOf hook={hook} /> : undefined}
      error={problem}
      value={hook?.id ?? ''}
      onChange={choice => changeCheck({ hook: choice })}
    >
      {hooks.length === 0 ? <option value="">There is no hook</option> : null}
      {hooks.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </SelectField>
  )
}

function KeysOf({ hook: { signing, authentication } }: { hook: HookView }) {
  const key = signing.kind === 'none' ? null : signing.keys[0]
  return (
    <>
      {key ? (
        <>
          Signed with its {signatureChoices[key.kind]} <span class="mono">{key.masked}</span>
        </>
      ) : (
        'Not signed: this hook has no key, so signature probes are skipped'
      )}
      {authentication.kind === 'basic' ? (
        <>
          , Basic as <span class="mono">{authentication.username}</span>
        </>
      ) : null}
      .
    </>
  )
}

/** Keys that are typed in. They go to hookscope for this check, and are kept nowhere. */
function Given({ problems }: { problems: CheckProblems }) {
  return (
    <CredentialFields
      value={checkInput.value}
      problems={problems}
      keyHint="For this check only; it is not stored."
      onChange={changeCheck}
    />
  )
}
