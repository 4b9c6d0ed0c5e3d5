import {
  authenticationChoices,
  consoleButtons,
  consoleFields,
  keyPlaces,
  signatureChoices,
} from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { Button } from '../kit/button.tsx'
import { bindFields, TextField } from '../kit/field.tsx'
import { SecretField } from '../kit/secret-field.tsx'
import { SegmentsField } from '../kit/segments.tsx'
import { type HookForm, type HookFormProblems, withReset } from './hook-form.ts'

interface SecretFieldsProps {
  /** null for a new hook. */
  hook: HookView | null
  form: HookForm
  problems: HookFormProblems
  onChange: (part: Partial<HookForm>) => void
}

/** Authentication and Signature: as they are, or entered anew. What is saved can be reset, never read. */
export function SecretFields({ hook, form, problems, onChange }: SecretFieldsProps) {
  return (
    <>
      {hook === null || form.resetting ? (
        <Entries hook={hook} form={form} problems={problems} onChange={onChange} />
      ) : (
        <Current hook={hook} />
      )}
      {hook === null ? null : (
        <div class="reset">
          <Button onClick={() => onChange(withReset(form, !form.resetting))}>
            {form.resetting ? consoleButtons.keepAuthentication : consoleButtons.resetAuthentication}
          </Button>
          {hook.secretsFrom === 'started' ? (
            <p class="note">
              Set when hookscope was started, by an option, a file or the environment (
              <code>HOOKSCOPE_SIGNATURE_KEY</code>, <code>HOOKSCOPE_SOURCE_KEY</code>, <code>HOOKSCOPE_BASIC_AUTH</code>
              ), which wins over what is saved here. To change it here, start hookscope without it.
            </p>
          ) : null}
        </div>
      )}
    </>
  )
}

const authenticationText = ({ authentication }: HookView) =>
  authentication.kind === 'basic'
    ? `${authenticationChoices.basic}, ${authentication.username}`
    : authenticationChoices.none

const signatureText = ({ signing }: HookView) =>
  signing.kind === 'none'
    ? signatureChoices.none
    : signing.keys.map(({ kind, masked }) => `${signatureChoices[kind]} ${masked}`).join(' and ')

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

function Entries({ hook, form, problems, onChange }: SecretFieldsProps) {
  const stays = (what: string, choice: unknown) =>
    hook !== null && choice === null ? { hint: `Stays ${what} unless you choose.` } : {}
  const field = bindFields(form, problems, onChange)
  return (
    <>
      <SegmentsField
        label={consoleFields.authentication}
        choices={authenticationChoices}
        {...field('authentication')}
        {...stays(hook === null ? '' : authenticationText(hook), form.authentication)}
      />
      {form.authentication === 'basic' ? (
        <div class="field-pair">
          <TextField label="Username" {...field('username')} />
          <SecretField label="Password" {...field('password')} />
        </div>
      ) : null}
      <SegmentsField
        label={consoleFields.signature}
        choices={signatureChoices}
        {...field('signature')}
        {...stays(hook === null ? '' : signatureText(hook), form.signature)}
      />
      {form.signature === 'source-key' || form.signature === 'signature-key' ? (
        <SecretField
          key={form.signature}
          label={signatureChoices[form.signature]}
          hint={`${keyPlaces[form.signature]} Enter it exactly as it stands there.`}
          {...field('key')}
        />
      ) : null}
    </>
  )
}
