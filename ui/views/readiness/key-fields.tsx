import { signatureChoices } from '../../../core/console.ts'
import type { HookView } from '../../../core/hook.ts'
import { CredentialFields } from '../../components/credential-fields.tsx'
import { Field } from '../../components/field.tsx'
import { type CheckProblems, changeCheck, checkDraft, checkHook } from '../../models/readiness-draft.ts'
import { status } from '../../models/session.ts'
import './key-fields.css'

/** Whose keys events are signed with: those of a hook, or others. */
export function KeyFields({ problems }: { problems: CheckProblems }) {
  const { keys } = checkDraft.value
  return (
    <>
      <fieldset class="segments segments-wide">
        <legend class="hidden-text">Keys</legend>
        {(
          [
            ['hook', 'As a hook here'],
            ['given', 'Others'],
          ] as const
        ).map(([kind, label]) => (
          <label key={kind}>
            <input
              type="radio"
              name="check-keys"
              checked={keys === kind}
              onChange={() => changeCheck({ keys: kind })}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {keys === 'hook' ? <OfHook problem={problems.hook} /> : <Given problems={problems} />}
    </>
  )
}

function OfHook({ problem }: { problem: string | undefined }) {
  const hooks = status.value?.hooks ?? []
  const hook = checkHook.value
  return (
    <Field label="Hook" hint={hook ? <KeysOf hook={hook} /> : undefined} error={problem ?? null}>
      {control => (
        <select
          {...control}
          class="input"
          value={hook?.id ?? ''}
          onChange={event => changeCheck({ hook: event.currentTarget.value })}
        >
          {hooks.length === 0 ? <option value="">There is no hook</option> : null}
          {hooks.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
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
        'Not signed: hookscope knows no key of it, so questions about signatures are skipped'
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
      value={checkDraft.value}
      problems={problems}
      keyHint="For this check alone; it is not kept."
      onChange={changeCheck}
    />
  )
}
