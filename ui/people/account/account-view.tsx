import './account.css'
import type { ComponentChildren } from 'preact'
import { roleWords } from '../../../core/people/person.ts'
import { capital } from '../../../core/text/text.ts'
import { me } from '../../app/people.ts'
import { PasswordSection } from './password-section.tsx'
import { SecondFactorSection } from './second-factor-section.tsx'
import { SessionsSection } from './sessions-section.tsx'

/** One's own account: who, the second factor, the password, where one is signed in. Locally the second factor alone. */
export function AccountView() {
  if (me.value === null) return null
  const { mode, person, secondFactor } = me.value
  const isShared = mode === 'shared'
  return (
    <div class="account">
      <div class="account-inner">
        <h1>{isShared ? 'Your account' : 'Second factor'}</h1>
        {isShared ? (
          <Section title="You" about="An owner can change your role.">
            <dl class="account-facts">
              <dt>Name</dt>
              <dd class="breaks">{person.name}</dd>
              <dt>E-mail address</dt>
              <dd class="breaks">{person.email}</dd>
              <dt>Role</dt>
              <dd>
                {capital(person.role)}: {roleWords[person.role]}
              </dd>
            </dl>
          </Section>
        ) : null}
        <Section title="Second factor" about="Opens Hooks for 15 minutes, as in the merchant console.">
          <SecondFactorSection person={person} factor={secondFactor} isShared={isShared} />
        </Section>
        {isShared ? (
          <>
            <Section title="Password" about="Changing it ends all your other sessions and laptops.">
              <PasswordSection />
            </Section>
            <Section title="Sessions and laptops" about="Where you are signed in. End what you do not know.">
              <SessionsSection />
            </Section>
          </>
        ) : null}
      </div>
    </div>
  )
}

function Section({ title, about, children }: { title: string; about: string; children: ComponentChildren }) {
  return (
    <section class="account-section">
      <header>
        <h2>{title}</h2>
        <p class="muted">{about}</p>
      </header>
      <div class="stack">{children}</div>
    </section>
  )
}
