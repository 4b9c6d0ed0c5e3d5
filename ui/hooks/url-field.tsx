import { useId } from 'preact/hooks'
import { consoleFields } from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { CopyButton } from '../kit/copy-button.tsx'
import { FieldNotes } from '../kit/field.tsx'
import type { HookForm } from './hook-form.ts'
import { ownHookUrl } from './hooks.ts'

interface UrlFieldProps {
  /** null for a new hook. */
  hook: HookView | null
  form: HookForm
  error: string | undefined
  onChange: (part: Partial<HookForm>) => void
}

/** The console's Hook URL: the hook's own path here, or a URL of the merchant's own. */
export function UrlField({ hook, form, error, onChange }: UrlFieldProps) {
  const id = useId()
  const own = hook && ownHookUrl(hook)
  return (
    <div class="field url-field" role="radiogroup" aria-labelledby={`${id}-legend`}>
      <span class="field-label" id={`${id}-legend`}>
        {consoleFields.hookUrl}
      </span>
      <label class="url-choice">
        <input type="radio" name={id} checked={form.url === 'own'} onChange={() => onChange({ url: 'own' })} />
        <span>
          Its own path at hookscope
          {own ? null : <span class="muted">: created when the hook is added</span>}
        </span>
      </label>
      {own ? (
        <div class="url-own breaks">
          <code>{own}</code>
          <CopyButton iconOnly small text={own} label="Copy the path at hookscope" />
        </div>
      ) : null}
      <label class="url-choice">
        <input type="radio" name={id} checked={form.url === 'custom'} onChange={() => onChange({ url: 'custom' })} />
        <span>
          Another URL<span class="muted">: only simulated events are sent there</span>
        </span>
      </label>
      {form.url === 'custom' ? (
        <>
          <input
            class="input mono"
            type="text"
            inputMode="url"
            spellcheck={false}
            autocomplete="off"
            aria-label={consoleFields.hookUrl}
            aria-invalid={error ? 'true' : undefined}
            aria-describedby={`${id}-hint${error ? ` ${id}-error` : ''}`}
            placeholder="https://shop.example/webhooks"
            value={form.customUrl}
            onInput={event => onChange({ customUrl: event.currentTarget.value })}
          />
          <div class="note" id={`${id}-hint`}>
            https, with a certificate that the gateway would accept (checked when you save); or http to this machine.
          </div>
        </>
      ) : null}
      <FieldNotes id={id} error={error} />
    </div>
  )
}
