import './empty.css'
import { Send } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { catalogue } from '../../../core/events/catalogue.ts'
import { consoleButtons, consoleFields, legacyHint, signatureChoices } from '../../../core/hooks/console.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { HookChooser } from '../../app/hook-chooser.tsx'
import { mainHook, status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { linkTo, sandboxHref } from '../../app/route.ts'
import { curlLine, tryOut } from '../../app/test-event.ts'
import { Button } from '../../kit/button.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { FirstTarget } from './first-target.tsx'
import { chooseFile, useImportByDrop } from './import-file.ts'

/** Before the first delivery: what to type into each field of the console's Add Webhook window, and ways to try it out. */
export function Empty() {
  const hook = mainHook.value
  useImportByDrop()
  if (!hook) return status.value ? <NoHook /> : null
  return (
    <div class="empty scrolls">
      <div class="empty-inner">
        <h1>Waiting for the first delivery</h1>
        <p class="muted">
          In the merchant console, open Settings › Webhooks, press <strong>Add Webhook</strong> and fill in:
        </p>
        <HookChooser />
        <ConsoleFields hook={hook} />
        <p class="muted">
          Then press <strong>Add Hook</strong>. The next event of the types you chose appears here by itself.{' '}
          {legacyHint}
        </p>
        <p>
          Make a sale in the sandbox: <a href={sandboxHref()}>which card, account and hour brings which event</a>.
        </p>
        <FirstTarget />
        <TryOut hook={hook} />
        <p>
          Or look at what a colleague exported:{' '}
          <Button refused={whyNot('POST /api/imports')} onClick={chooseFile}>
            Import a file…
          </Button>
        </p>
      </div>
    </div>
  )
}

/** Every hook was deleted. */
function NoHook() {
  return (
    <div class="no-match">
      <h2>No webhook yet</h2>
      <p class="muted">Add one here, and the same one in the merchant console.</p>
      <a class="button button-primary" href={linkTo({ view: 'hooks', item: 'new' })}>
        {consoleButtons.open}
      </a>
    </div>
  )
}

function ConsoleFields({ hook }: { hook: HookView }) {
  return (
    <dl class="console-fields">
      <ConsoleField name={consoleFields.label} copy={hook.label}>
        {hook.label}
      </ConsoleField>
      <ConsoleField name={consoleFields.hookUrl} copy={hook.hookUrl ?? undefined}>
        {hook.hookUrl === null ? (
          <span class="muted">
            {status.value?.tunnel.state === 'starting' ? 'The tunnel is opening…' : 'There is no public URL: '}
            {status.value?.tunnel.state === 'starting' ? null : <a href={linkTo({ view: 'settings' })}>see why</a>}
          </span>
        ) : (
          <code>{hook.hookUrl}</code>
        )}
      </ConsoleField>
      <ConsoleField name={consoleFields.events}>
        {hook.events.length === catalogue.length
          ? `The ones your app handles, or all ${catalogue.length}`
          : hook.events.join(', ')}
      </ConsoleField>
      <ConsoleField name={consoleFields.authentication}>
        {hook.authentication.kind === 'none' ? (
          'None'
        ) : (
          <>
            Basic, with user name <code>{hook.authentication.username}</code> and the password that hookscope knows
          </>
        )}
      </ConsoleField>
      <ConsoleField name={consoleFields.signature}>
        {hook.signing.kind === 'none' ? (
          <>
            Signature Key, or Source Key (the console’s API Key);{' '}
            <a href={linkTo({ view: 'hooks', item: hook.id })}>give hookscope the same key</a>, or nothing is verified
          </>
        ) : (
          <>
            {hook.signing.keys.map(key => consoleKeyNames[key.kind]).join(' or ')}
            <EndsLike masked={hook.signing.keys[0]?.masked ?? ''} />
          </>
        )}
      </ConsoleField>
    </dl>
  )
}

/** With the other name that the console has for it. */
const consoleKeyNames = {
  'source-key': `${signatureChoices['source-key']} (the console’s API Key)`,
  'signature-key': signatureChoices['signature-key'],
} as const

/** Nothing of a short key is shown, so that there is nothing to know it by. */
function EndsLike({ masked }: { masked: string }) {
  if (!/[^•]/.test(masked)) return null
  return (
    <>
      , the one ending in <code>{masked}</code>
    </>
  )
}

function ConsoleField({
  name,
  copy,
  children,
}: {
  name: string
  copy?: string | undefined
  children: ComponentChildren
}) {
  return (
    <div class="console-field">
      <dt>{name}</dt>
      <dd>
        <span class="breaks">{children}</span>
        {copy === undefined ? null : <CopyButton iconOnly small text={copy} label={`Copy ${name}`} />}
      </dd>
    </div>
  )
}

function TryOut({ hook }: { hook: HookView }) {
  const [pending, setPending] = useState(false)
  const curl = useMemo(() => curlLine(hook), [hook.localUrl])
  const checked = hook.signing.kind !== 'none' || hook.authentication.kind !== 'none'
  return (
    <section class="try-out">
      <h2>Or try it without the gateway</h2>
      <div class="try-out-line">
        <Button
          variant="primary"
          icon={<Send size={14} />}
          pending={pending}
          refused={whyNot('POST /api/test-event')}
          onClick={async () => {
            setPending(true)
            await tryOut(hook)
            setPending(false)
          }}
        >
          Send a test event
        </Button>
        <span class="muted">
          {checked ? 'Signed as the gateway would.' : 'A sample sale, as the gateway sends it.'}
        </span>
      </div>
      <div class="curl">
        <pre>{curl}</pre>
        <CopyButton small text={curl} label="Copy" />
      </div>
      {checked ? <p class="muted">curl does not sign it: it is rejected, and you see why.</p> : null}
    </section>
  )
}
