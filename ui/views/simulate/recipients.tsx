import './recipients.css'
import { signatureChoices } from '../../../core/console.ts'
import type { HookView } from '../../../core/hook.ts'
import { AlertIcon } from '../../components/badge.tsx'
import { CredentialFields } from '../../components/credential-fields.tsx'
import { Field } from '../../components/field.tsx'
import { hostOf } from '../../models/replay.ts'
import { hrefOf } from '../../models/route.ts'
import { status } from '../../models/session.ts'
import { asksForKeys, change, type Draft, type DraftProblems, draft } from '../../models/simulate-draft.ts'
import { chosenTypes } from '../../models/simulate-library.ts'
import { TargetField } from '../replay/target-field.tsx'

const ways = [
  { to: 'subscribed', label: 'Subscribed hooks' },
  { to: 'hook', label: 'One hook' },
  { to: 'target', label: 'A URL' },
] as const satisfies readonly { to: Draft['to']; label: string }[]

/** Who gets it: the hooks that are subscribed, as with the gateway, one of them, or any URL with keys of its own. */
export function Recipients({ problems }: { problems: DraftProblems }) {
  const { to } = draft.value
  return (
    <>
      <fieldset class="segments segments-wide">
        <legend class="hidden-text">To whom</legend>
        {ways.map(way => (
          <label key={way.to}>
            <input type="radio" name="recipients" checked={to === way.to} onChange={() => change({ to: way.to })} />
            <span>{way.label}</span>
          </label>
        ))}
      </fieldset>
      {to === 'subscribed' ? <Subscribed /> : null}
      {to === 'hook' ? <OneHook problem={problems.hook} /> : null}
      {to === 'target' ? <Target problems={problems} /> : null}
    </>
  )
}

/** Which hooks that will be, or that nobody listens. */
function Subscribed() {
  const hooks = status.value?.hooks ?? []
  const types = chosenTypes.value
  const takers = hooks.filter(hook => types.some(type => hook.events.includes(type)))
  const missed = types.filter(type => !hooks.some(hook => hook.events.includes(type)))
  if (hooks.length === 0) {
    return (
      <p class="notice notice-warn">
        <AlertIcon />
        <span>
          There is no hook yet. <a href={hrefOf({ view: 'hooks', item: 'new' })}>Add one</a>, or send to a URL.
        </span>
      </p>
    )
  }
  return (
    <>
      {takers.length > 0 ? (
        <ul class="takers" aria-label="Hooks that get it">
          {takers.map(hook => (
            <HookLine key={hook.id} hook={hook} />
          ))}
        </ul>
      ) : null}
      {missed.length > 0 ? (
        <p class="notice notice-warn">
          <AlertIcon />
          <span>
            No hook is subscribed to {missed.join(', ')}: nothing of it is sent. Change a hook’s{' '}
            <a href={hrefOf({ view: 'hooks' })}>events</a>, or choose one hook, which gets it whatever it is subscribed
            to.
          </span>
        </p>
      ) : null}
    </>
  )
}

function HookLine({ hook }: { hook: HookView }) {
  const signed =
    hook.signing.kind === 'none' ? 'unsigned' : `signed, ${signatureChoices[hook.signing.keys[0]?.kind ?? 'none']}`
  return (
    <li class="taker">
      <span class="clip">{hook.label}</span>
      <span class="clip muted">
        {hostOf(hook.hookUrl ?? hook.localUrl)} · {signed}
        {hook.authentication.kind === 'basic' ? ' · Basic' : ''}
      </span>
    </li>
  )
}

function OneHook({ problem }: { problem: string | undefined }) {
  const hooks = status.value?.hooks ?? []
  const { hook } = draft.value
  return (
    <Field label="Hook" hint="It gets the events whatever it is subscribed to." error={problem ?? null}>
      {control => (
        <select {...control} class="input" value={hook} onChange={event => change({ hook: event.currentTarget.value })}>
          <option value="">Choose…</option>
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

/** Whose keys sign: entered here, or those that hookscope has for a hook. */
function KeysOf() {
  const hooks = (status.value?.hooks ?? []).filter(
    ({ signing, authentication }) => signing.kind !== 'none' || authentication.kind !== 'none',
  )
  const { keysOf } = draft.value
  if (hooks.length === 0) return null
  return (
    <Field label="Keys">
      {control => (
        <select
          {...control}
          class="input"
          value={keysOf}
          onChange={event => change({ keysOf: event.currentTarget.value })}
        >
          <option value="">Enter keys</option>
          {hooks.map(({ id, label }) => (
            <option key={id} value={id}>
              Those of {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** A URL, authenticated and signed as its hook in the console would be. The secrets go to hookscope, and nowhere else. */
function Target({ problems }: { problems: DraftProblems }) {
  return (
    <>
      <TargetField value={draft.value.url} error={problems.url ?? null} onChange={url => change({ url })} />
      <KeysOf />
      {asksForKeys(draft.value) ? <CredentialFields value={draft.value} problems={problems} onChange={change} /> : null}
    </>
  )
}
