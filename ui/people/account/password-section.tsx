import { useState } from 'preact/hooks'
import { passwordLength } from '../../../core/people/person.ts'
import { me } from '../../app/people.ts'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'
import { showToast } from '../../kit/toasts.ts'
import { auth } from '../client.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'

/** Changes the password. */
export function PasswordSection() {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const { pending, problem, run } = useSubmission()
  const change = async () => {
    const changed = await run(() => call(auth.password.$put({ json: { current, next } })))
    if (!changed) return
    setCurrent('')
    setNext('')
    showToast('Your password is changed. Your other sessions have ended.', { tone: 'ok' })
  }
  return (
    <Form class="stack account-form" onSubmit={change}>
      <input type="email" autocomplete="username" hidden readOnly value={me.value?.person.email ?? ''} />
      <TypedField
        label="Current password"
        type="password"
        autocomplete="current-password"
        error={problem}
        value={current}
        onChange={setCurrent}
      />
      <TypedField
        label="New password"
        hint={`At least ${passwordLength.least} characters.`}
        type="password"
        autocomplete="new-password"
        value={next}
        onChange={setNext}
      />
      <div class="row">
        <Button
          type="submit"
          variant="primary"
          pending={pending}
          disabled={current === '' || next.length < passwordLength.least}
        >
          Change the password
        </Button>
      </div>
    </Form>
  )
}
