import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { TextField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { Warning } from '../../kit/warning.tsx'
import { confirmCheck, type Unconfirmed, unconfirmed } from '../checks.ts'
import { outlineText } from '../words.ts'

/** Before events leave this machine: what will be sent, and the host to be typed. */
export function ConfirmDialog() {
  const waiting = unconfirmed.value
  return waiting ? <Question key={waiting.outline.host} waiting={waiting} /> : null
}

function Question({ waiting }: { waiting: Unconfirmed }) {
  const [typed, setTyped] = useState('')
  const [pressed, setPressed] = useState(false)
  const { outline } = waiting
  const fits = typed.trim().toLowerCase() === outline.host.toLowerCase()
  const close = () => {
    unconfirmed.value = null
  }
  const submit = () => {
    setPressed(true)
    if (fits) void confirmCheck(waiting)
  }
  return (
    <Dialog
      open
      title={`Send this to ${outline.host}?`}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" onClick={submit}>
            Start the check
          </Button>
        </>
      }
    >
      <Form onSubmit={submit}>
        <p>{outlineText(outline)}</p>
        <Warning>
          It is not on this machine. Events that it accepts may create real orders. Each event carries a mark in its
          merchant key and order id, so that you can find and undo what it did.
        </Warning>
        {outline.remarks.map(remark => (
          <p key={remark} class="muted">
            {remark}
          </p>
        ))}
        <TextField
          label={`Type ${outline.host} to confirm`}
          error={pressed && !fits ? `This is not ${outline.host}.` : null}
          mono
          autocapitalize="off"
          autofocus
          value={typed}
          onChange={text => setTyped(text)}
        />
      </Form>
    </Dialog>
  )
}
