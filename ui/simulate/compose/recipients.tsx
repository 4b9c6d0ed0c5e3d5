import { signatureChoices } from '../../../core/hooks/console.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { CredentialFields } from '../../app/credential-fields.tsx'
import { status } from '../../app/listener.ts'
import { linkTo } from '../../app/route.ts'
import { TargetField } from '../../app/target-field.tsx'
import { hostOf, usualTarget } from '../../app/targets.ts'
import { SelectField } from '../../kit/field.tsx'
import { Segments } from '../../kit/segments.tsx'
import { Warning } from '../../kit/warning.tsx'
import { asksForKeys, change, type Draft, type DraftProblems, draft } from './draft.ts'
import { chosenTypes } from './library.ts'

const ways = {
  subscribed: 'Subscribed hooks',
  hook: 'One hook',
  target: 'A URL',
} as const satisfies Record<Draft['to'], string>

/** Who gets it: the hooks that are subscribed, as with the gateway, one of them, or any URL with keys of its own. */
export function RecipientFields({ problems }: { problems: DraftProblems }) {
  const { to } = draft.value
  return (
    <>
      <Segments
        label="Recipients"
        choices={ways}
        value={to}
        wide
        onChange={way => change({ to: way, ...prefilled(way) })}
      />
      {to === 'subscribed' ? <Subscribed /> : null}
      {to === 'hook' ? <OneHook problem={problems.hook} /> : null}
      {to === 'target' ? <Target problems={problems} /> : null}
    </>
  )
}

/** What is known already of where it goes, for what nobody has filled in yet. */
function prefilled(to: Draft['to']): Partial<Draft> {
  const { url, keysOf, key, authentication, hook } = draft.peek()
  const hooks = status.peek()?.hooks ?? []
  if (to === 'hook') return hook === '' && hooks.length === 1 ? { hook: hooks[0]?.id ?? '' } : {}
  if (to !== 'target' || url !== '') return {}
  const isUntouched = keysOf === '' && key === '' && authentication === 'none'
  return { url: usualTarget() ?? '', ...(isUntouched ? { keysOf: hooks.find(hasSecrets)?.id ?? '' } : {}) }
}

const hasSecrets = ({ signing, authentication }: HookView) => signing.kind !== 'none' || authentication.kind !== 'none'

/** Which hooks that will be, or that nobody listens. */
function Subscribed() {
  const hooks = status.value?.hooks ?? []
  const types = chosenTypes.value
  const takers = hooks.filter(hook => types.some(type => hook.events.includes(type)))
  const missed = types.filter(type => !hooks.some(hook => hook.events.includes(type)))
  if (hooks.length === 0) {
    return (
      <Warning>
        There is no hook yet. <a href={linkTo({ view: 'hooks', item: 'new' })}>Add one</a>, or send to a URL.
      </Warning>
    )
  }
  return (
    <>
      {takers.length > 0 ? (
        <ul class="takers" aria-label="Subscribed hooks">
          {takers.map(hook => (
            <HookLine key={hook.id} hook={hook} />
          ))}
        </ul>
      ) : null}
      {missed.length > 0 ? (
        <Warning>
          No hook is subscribed to {missed.join(', ')}, so it is not sent. Change a hook’s{' '}
          <a href={linkTo({ view: 'hooks' })}>events</a>, or choose One hook, which receives it even if it is not
          subscribed.
        </Warning>
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
    <SelectField
      label="Hook"
      hint="It receives the events even if it is not subscribed to them."
      error={problem}
      value={hook}
      onChange={choice => change({ hook: choice })}
    >
      <option value="">Choose…</option>
      {hooks.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </SelectField>
  )
}

/** Whose keys sign: entered here, or those that hookscope has for a hook. */
function KeysOf() {
  const hooks = (status.value?.hooks ?? []).filter(hasSecrets)
  const { keysOf } = draft.value
  if (hooks.length === 0) return null
  return (
    <SelectField label="Keys" value={keysOf} onChange={choice => change({ keysOf: choice })}>
      <option value="">Enter keys</option>
      {hooks.map(({ id, label }) => (
        <option key={id} value={id}>
          Keys of {label}
        </option>
      ))}
    </SelectField>
  )
}

/** A URL, authenticated and signed as its hook in the console would be. The secrets go to hookscope, and nowhere else. */
function Target({ problems }: { problems: DraftProblems }) {
  return (
    <>
      <TargetField value={draft.value.url} error={problems.url} onChange={url => change({ url })} />
      <KeysOf />
      {asksForKeys(draft.value) ? <CredentialFields value={draft.value} problems={problems} onChange={change} /> : null}
    </>
  )
}
