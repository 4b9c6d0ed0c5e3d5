import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Form } from '../../kit/form.tsx'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'

interface PasswordDialogProps {
  title: string
  act: string
  isDanger?: boolean
  /** Locally there is no password: it is only confirmed. */
  isShared: boolean
  onClose: () => void
  onAct: (given: { password?: string }) => Promise<unknown>
  children: ComponentChildren
}

const formId = 'with-password'

/** Asks for the password before something about the second factor changes. */
export function PasswordDialog({ title, act, isDanger, isShared, onClose, onAct, children }: PasswordDialogProps) {
  const [password, setPassword] = useState('')
  const { pending, problem, run } = useSubmission()
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant={isDanger ? 'danger' : 'primary'}
            pending={pending}
            disabled={isShared && password === ''}
          >
            {act}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={() => run(() => onAct(isShared ? { password } : {}))}>
        <p>{children}</p>
        {isShared ? (
          <TypedField
            label="Your password"
            type="password"
            autocomplete="current-password"
            autofocus
            error={problem}
            value={password}
            onChange={setPassword}
          />
        ) : problem === null ? null : (
          <p class="notice tone-bad" role="alert">
            {problem}
          </p>
        )}
      </Form>
    </Dialog>
  )
}
