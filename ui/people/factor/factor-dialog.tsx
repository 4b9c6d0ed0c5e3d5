import type { Factor, SecondFactorView } from '../../../core/people/views.ts'
import { type AskedFactor, askedFactor, learnWho, me } from '../../app/people.ts'
import { call } from '../../client/api.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { auth } from '../client.ts'
import { usePasskey } from '../passkeys.ts'
import { CodeForm } from './code-form.tsx'
import { SetUp } from './set-up.tsx'

/** Asks for what a request waits for: a second factor, or that one is set up. Then the request is repeated. */
export function FactorDialog() {
  const asked = askedFactor.value
  if (asked === null) return null
  return asked.wanted === 'second-factor-missing' ? <SetUpDialog asked={asked} /> : <StepUp asked={asked} />
}

function StepUp({ asked: { path, done } }: { asked: AskedFactor }) {
  const factors = me.value === null ? [] : factorsOf(me.value.secondFactor)
  const given = () => {
    done(true)
    // A recovery code is one less.
    void learnWho()
  }
  return (
    <Dialog open title="Enter your second factor" onClose={() => done(false)}>
      <CodeForm
        factors={factors}
        back="Cancel"
        onBack={() => done(false)}
        onCode={async code => {
          await call(auth['step-up'].$post({ json: { code } }))
          given()
        }}
        onPasskey={async () => {
          const options = await call(auth['step-up'].passkey.options.$post({ json: {} }))
          const response = await usePasskey(options)
          await call(auth['step-up'].passkey.$post({ json: { response } }))
          given()
        }}
      >
        <p>{purpose(path)} It counts for 15 minutes.</p>
      </CodeForm>
    </Dialog>
  )
}

function SetUpDialog({ asked: { path, done } }: { asked: AskedFactor }) {
  return (
    <Dialog open title="Set up a second factor" onClose={() => done(false)}>
      <SetUp
        back="Cancel"
        onBack={() => done(false)}
        onDone={async () => {
          await learnWho()
          done(true)
        }}
      >
        <p>{purpose(path)} You have none yet. Setting one up takes a minute.</p>
      </SetUp>
    </Dialog>
  )
}

const factorsOf = ({ authenticator, passkeys }: SecondFactorView): readonly Factor[] => [
  ...(authenticator ? (['authenticator'] as const) : []),
  ...(passkeys.length > 0 ? (['passkey'] as const) : []),
]

/** What it is asked for, by the path of the request. */
function purpose(path: string): string {
  const [, area = ''] = /\/(?:api|auth)\/([\w-]+)/.exec(path) ?? []
  switch (area) {
    case 'hooks':
      return 'Hooks open with your second factor, as in the merchant console.'
    case 'forward':
    case 'tunnel':
      return 'Changing where deliveries go takes your second factor.'
    case 'people':
      return 'Changing people takes your second factor.'
    case 'laptop':
      return 'Connecting a laptop takes your second factor.'
    case 'deliveries':
    case 'attempts':
    case 'simulations':
      return 'Showing signatures and passwords takes your second factor.'
    default:
      return 'Changing your account takes your second factor.'
  }
}
