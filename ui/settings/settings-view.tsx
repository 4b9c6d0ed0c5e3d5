import './settings.css'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { exposedTexts } from '../../core/api/exposed.ts'
import { tunnelWords } from '../../core/api/tunnel-words.ts'
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import { pinsSentence } from '../../core/deliveries/pins.ts'
import { byteSize } from '../../core/text/bytes.ts'
import { capital, counted } from '../../core/text/text.ts'
import { facets } from '../app/facets.ts'
import { status, tunnelNow } from '../app/listener.ts'
import { isUnchecked } from '../app/rail-state.ts'
import { linkTo, route } from '../app/route.ts'
import { TunnelMark } from '../app/tunnel-mark.tsx'
import { CopyButton } from '../kit/copy-button.tsx'
import { setSharing, sharing } from '../kit/screen-sharing.ts'
import { Segments } from '../kit/segments.tsx'
import { density, setDensity, setTheme, theme } from '../kit/theme.ts'
import { exactTime, now } from '../kit/time.ts'
import { CatchUp } from './catch-up.tsx'
import { Diagnose } from './diagnose.tsx'
import { ForwardForm } from './forward-form.tsx'
import { LetGoDialog } from './let-go-dialog.tsx'
import { TunnelWays } from './tunnel-ways.tsx'

const themeNames = { system: 'System', light: 'Light', dark: 'Dark' } as const
const densityNames = { calm: 'Comfortable', dense: 'Compact' } as const
const sharingNames = { off: 'Show signatures', on: 'Hide signatures' } as const

/** Everything that can be set here, and what was set when hookscope was started. */
export function SettingsView() {
  const listener = status.value
  return (
    <div class="settings">
      <div class="settings-inner">
        <h1>Settings</h1>
        <Section title="Appearance" about="Kept in this browser.">
          <Choice label="Theme" choices={themeNames} value={theme.value} onChange={setTheme} />
          <Choice label="Density" choices={densityNames} value={density.value} onChange={setDensity} />
          <Choice
            label="Screen sharing"
            choices={sharingNames}
            value={sharing.value ? 'on' : 'off'}
            onChange={choice => setSharing(choice === 'on')}
          />
        </Section>
        {listener ? (
          <>
            <Section title="Tunnel" at="tunnel" about="The way from the public internet to this machine.">
              <TunnelState />
              <TunnelWays />
            </Section>
            <Section title="Hooks" about="Their keys, passwords and events.">
              <p>
                <UncheckedHooks />
                <a href={linkTo({ view: 'hooks' })}>
                  {listener.hooks.length === 0 ? 'Add the first webhook' : 'Show the webhooks'}
                </a>
              </p>
            </Section>
            <Section
              title="Forwarding"
              at="forwarding"
              about="What is not rejected, and what its hook is subscribed to, is sent on to your app, byte for byte."
            >
              <ForwardForm />
              <LetGoDialog />
            </Section>
            <Section title="Diagnose" at="diagnose" about="What keeps deliveries from arriving, each with its fix.">
              <Diagnose />
            </Section>
            <Section title="About this run">
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
  // What comes from a server was verified there.
  if (unchecked.length === 0 || status.value?.from) return null
  const labels = unchecked.map(({ label }) => `“${label}”`).join(', ')
  return <>There is no key and no password for {labels}, so deliveries there are not checked. </>
}

interface SectionProps {
  title: string
  about?: string
  /** What a link to this section has as `at`; see `settingsAt`. */
  at?: string
  children: ComponentChildren
}

function Section({ title, about, at, children }: SectionProps) {
  const section = useRef<HTMLElement>(null)
  const isMeant = at !== undefined && route.value.params['at'] === at
  useEffect(() => {
    if (!isMeant) return
    section.current?.scrollIntoView({ block: 'center' })
    const field = section.current?.querySelector('input')
    ;(field ?? section.current)?.focus()
  }, [isMeant])
  return (
    <section ref={section} class="settings-section" tabIndex={-1}>
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
  choices: Readonly<Record<Value, string>>
  value: Value
  onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, choices, value, onChange }: ChoiceProps<Value>) {
  return (
    <div class="setting-choice">
      <span aria-hidden="true">{label}</span>
      <Segments label={label} choices={choices} value={value} onChange={onChange} />
    </div>
  )
}

function TunnelState() {
  const listener = status.value
  if (!listener) return null
  const words = tunnelWords(tunnelNow.value, now.value)
  return (
    <>
      <TunnelMark words={words} />
      {listener.from && tunnelNow.value?.state === 'off' ? (
        <p>Deliveries come from {new URL(listener.from.server).host}: this machine needs no tunnel.</p>
      ) : words.more ? (
        <p>{words.more}</p>
      ) : null}
      <CatchUp tunnel={tunnelNow.value} />
      {listener.hooks.map(hook => (
        <dl key={hook.id} class="facts">
          {listener.hooks.length > 1 ? <Fact name="Webhook Label">{hook.label}</Fact> : null}
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
  const listener = status.value
  if (!listener) return null
  const { retention, limits } = listener
  const kept = facets.value
  const keeps = [
    retention.count === null ? null : deliveriesWords(retention.count),
    retention.days === null ? null : counted(retention.days, 'day', 'days'),
    retention.bytes === null ? null : `${byteSize(retention.bytes)} on disk`,
  ].filter(part => part !== null)
  return (
    <>
      {listener.pinsBeyond ? (
        <p class="notice tone-warn" role="status">
          {pinsSentence(listener.pinsBeyond, retention)}
        </p>
      ) : null}
      {exposedTexts(listener).map(text => (
        <p key={text} class="notice tone-warn" role="status">
          {capital(text)}.
        </p>
      ))}
      <dl class="facts">
        <Fact name="Database" copy={listener.db}>
          <code>{listener.db}</code>
        </Fact>
        <Fact name="Kept now">{kept ? `${deliveriesWords(kept.total)}, ${byteSize(kept.bytes)}` : '…'}</Fact>
        <Fact name="Kept at most">
          {keeps.length === 0 ? 'No limit' : `${keeps.join(', ')}; pinned ones stay and do not count`}
        </Fact>
        {listener.droppedWaiting > 0 ? (
          <Fact name="Dropped unsent">{deliveriesWords(listener.droppedWaiting)} queued for your app</Fact>
        ) : null}
        {listener.droppedUnseen > 0 ? (
          <Fact name="Dropped unseen">
            {deliveriesWords(listener.droppedUnseen)}: more arrived than the limits keep
          </Fact>
        ) : null}
        <Fact name="Largest body">{byteSize(limits.bodyBytes)}</Fact>
        <Fact name="The gateway is answered by">
          {listener.answer === 'app' ? 'your app' : 'hookscope'}
          {listener.observe ? '; rejected deliveries get 200 as well' : ''}
        </Fact>
        <Fact name="Started">{exactTime(listener.startedAt)}</Fact>
        <Fact name="Version">{listener.version}</Fact>
      </dl>
    </>
  )
}

function Fact({ name, copy, children }: { name: string; copy?: string | null; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        <span class="breaks">{children}</span>
        {copy ? <CopyButton iconOnly small text={copy} label={`Copy ${name}`} /> : null}
      </dd>
    </div>
  )
}
