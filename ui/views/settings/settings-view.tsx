import './settings.css'
import type { ComponentChildren } from 'preact'
import { CopyButton } from '../../components/copy-button.tsx'
import { facets } from '../../models/facets.ts'
import { isUnchecked } from '../../models/rail-state.ts'
import { hrefOf } from '../../models/route.ts'
import { status } from '../../models/session.ts'
import { densities, density, setDensity, setTheme, theme, themes } from '../../models/theme.ts'
import { byteSize, countText, exactTime, now } from '../../models/time.ts'
import { tunnelWords } from '../../models/tunnel-words.ts'
import { TunnelMark } from '../frame/hook-url.tsx'
import { ForwardForm } from './forward-form.tsx'

/** Everything that can be set here, and what was set when hookscope was started. */
export function SettingsView() {
  const session = status.value
  return (
    <div class="settings">
      <div class="settings-inner">
        <h1>Settings</h1>
        <Section title="Appearance" about="Kept in this browser.">
          <Choice label="Theme" options={themes} value={theme.value} onChange={setTheme} />
          <Choice label="Density" options={densities} value={density.value} onChange={setDensity} />
        </Section>
        {session ? (
          <>
            <Section
              title="Tunnel"
              about="The way from the public internet to this machine. It is chosen when hookscope starts."
            >
              <TunnelState />
            </Section>
            <Section title="Hooks" about="Their keys, passwords and events.">
              <p>
                <UncheckedHooks />
                <a href={hrefOf({ view: 'hooks' })}>
                  {session.hooks.length === 0 ? 'Add the first webhook' : 'Show the webhooks'}
                </a>
              </p>
            </Section>
            <Section title="Forwarding" about="Every delivery that is not rejected is sent on to your app, as it came.">
              <ForwardForm />
            </Section>
            <Section title="About this session">
              <Facts />
            </Section>
          </>
        ) : (
          <p class="muted after-a-moment">Waiting for hookscope…</p>
        )}
      </div>
    </div>
  )
}

/** The hooks that the rail's “Unchecked” is about. */
function UncheckedHooks() {
  const unchecked = (status.value?.hooks ?? []).filter(isUnchecked)
  if (unchecked.length === 0) return null
  const labels = unchecked.map(({ label }) => `“${label}”`).join(', ')
  return <>Neither a key nor a password is known of {labels}, so what arrives there is not checked. </>
}

function Section({ title, about, children }: { title: string; about?: string; children: ComponentChildren }) {
  return (
    <section class="settings-section">
      <header>
        <h2>{title}</h2>
        {about ? <p class="muted">{about}</p> : null}
      </header>
      <div class="settings-content">{children}</div>
    </section>
  )
}

interface ChoiceProps<Value extends string> {
  label: string
  options: readonly Value[]
  value: Value
  onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  return (
    <fieldset class="setting-choice">
      <legend>{label}</legend>
      <div class="setting-options">
        {options.map(option => (
          <label key={option} class="setting-option">
            <input type="radio" name={label} checked={option === value} onChange={() => onChange(option)} />
            <span>{option.charAt(0).toUpperCase() + option.slice(1)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function TunnelState() {
  const session = status.value
  if (!session) return null
  const words = tunnelWords(session.tunnel, now.value)
  return (
    <>
      <TunnelMark words={words} />
      {words.more ? <p>{words.more}</p> : null}
      {session.hooks.map(hook => (
        <dl key={hook.id} class="facts">
          {session.hooks.length > 1 ? <Fact name="Webhook Label">{hook.label}</Fact> : null}
          <Fact name="Hook URL" copy={hook.hookUrl}>
            {hook.hookUrl === null ? <span class="muted">none yet</span> : <code>{hook.hookUrl}</code>}
          </Fact>
          <Fact name="On this machine" copy={hook.localUrl}>
            <code>{hook.localUrl}</code>
          </Fact>
        </dl>
      ))}
    </>
  )
}

function Facts() {
  const session = status.value
  if (!session) return null
  const { retention, limits } = session
  const kept = facets.value
  const keeps = [
    retention.count === null ? null : `${countText(retention.count)} deliveries`,
    retention.days === null ? null : `${retention.days} days`,
    retention.bytes === null ? null : byteSize(retention.bytes),
  ].filter(part => part !== null)
  return (
    <dl class="facts">
      <Fact name="Database" copy={session.db}>
        <code>{session.db}</code>
      </Fact>
      <Fact name="Kept now">{kept ? `${countText(kept.total)} deliveries, ${byteSize(kept.bytes)}` : '…'}</Fact>
      <Fact name="Kept at most">
        {keeps.length === 0 ? 'Without limit' : `${keeps.join(', ')}; pinned ones always`}
      </Fact>
      <Fact name="Largest body">{byteSize(limits.bodyBytes)}</Fact>
      <Fact name="The gateway is answered by">
        {session.answer === 'app' ? 'your app' : 'hookscope'}
        {session.observe ? '; rejected deliveries get 200 as well' : ''}
      </Fact>
      <Fact name="Started">{exactTime(session.startedAt)}</Fact>
      <Fact name="Version">{session.version}</Fact>
    </dl>
  )
}

function Fact({ name, copy, children }: { name: string; copy?: string | null; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        <span class="fact-value">{children}</span>
        {copy ? <CopyButton iconOnly small text={copy} label={`Copy ${name}`} /> : null}
      </dd>
    </div>
  )
}
