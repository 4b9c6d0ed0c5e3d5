import './secret-fields.css'
import {
  authenticationChoices,
  consoleButtons,
  consoleFields,
  keyPlaces,
  signatureChoices,
} from '../../../core/console.ts'
import type { HookView } from '../../../core/hook.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { SecretField } from '../../components/secret-field.tsx'
import { type HookForm, type HookFormProblems, withReset } from '../../models/hook-form.ts'
import { ChoiceField } from './choice-field.tsx'

interface SecretFieldsProps {
  /** null for a new hook. */
  hook: HookView | null
  form: HookForm
  problems: HookFormProblems
  onChange: (form: HookForm) => void
}

/** Authentication and Signature: as they are, or entered anew. What is saved can be reset, never read. */
export function SecretFields({ hook, form, problems, onChange }: SecretFieldsProps) {
  return (
    <>
      {hook === null || form.resetting ? (
        <Entries form={form} problems={problems} onChange={onChange} />
      ) : (
        <Current hook={hook} />
      )}
      {hook === null ? null : (
        <div class="reset">
          <Button onClick={() => onChange(withReset(form, !form.resetting))}>
            {form.resetting ? consoleButtons.keepAuthentication : consoleButtons.resetAuthentication}
          </Button>
          {hook.secretsFrom === 'started' ? (
            <p class="field-hint">
              Given when hookscope was started. To replace that, start hookscope without it.
              {form.resetting ? ' What you leave open here stays as it is.' : ''}
            </p>
          ) : null}
        </div>
      )}
    </>
  )
}

function Current({ hook: { authentication, signing } }: { hook: HookView }) {
  return (
    <dl class="current">
      <div>
        <dt>{consoleFields.authentication}</dt>
        <dd>
          {authenticationChoices[authentication.kind]}
          {authentication.kind === 'basic' ? (
            <>
              <code>{authentication.username}</code>
              <code>••••••••</code>
            </>
          ) : null}
        </dd>
      </div>
      <div>
        <dt>{consoleFields.signature}</dt>
        <dd>
          {signing.kind === 'none'
            ? signatureChoices.none
            : signing.keys.map(({ kind, masked }) => (
                <span key={kind} class="current-key">
                  {signatureChoices[kind]} <code>{masked}</code>
                </span>
              ))}
        </dd>
      </div>
    </dl>
  )
}

function Entries({ form, problems, onChange }: Omit<SecretFieldsProps, 'hook'>) {
  return (
    <>
      <ChoiceField
        label={consoleFields.authentication}
        choices={authenticationChoices}
        value={form.authentication}
        error={problems.authentication}
        onChange={authentication => onChange({ ...form, authentication })}
      />
      {form.authentication === 'basic' ? (
        <div class="field-pair">
          <Field label="Username" error={problems.username ?? null}>
            {control => (
              <input
                {...control}
                class="input"
                autocomplete="off"
                spellcheck={false}
                value={form.username}
                onInput={event => onChange({ ...form, username: event.currentTarget.value })}
              />
            )}
          </Field>
          <SecretField
            label="Password"
            value={form.password}
            error={problems.password}
            onChange={password => onChange({ ...form, password })}
          />
        </div>
      ) : null}
      <ChoiceField
        label={consoleFields.signature}
        choices={signatureChoices}
        value={form.signature}
        error={problems.signature}
        onChange={signature => onChange({ ...form, signature })}
      />
      {form.signature === 'source-key' || form.signature === 'signature-key' ? (
        <SecretField
          key={form.signature}
          label={signatureChoices[form.signature]}
          hint={`${keyPlaces[form.signature]} Enter it exactly as it stands there.`}
          value={form.key}
          error={problems.key}
          onChange={key => onChange({ ...form, key })}
        />
      ) : null}
    </>
  )
}
