import type { JSX, RefObject } from 'preact'

interface FormProps extends Omit<JSX.FormHTMLAttributes<HTMLFormElement>, 'ref' | 'onSubmit' | 'onKeyDown'> {
  element?: RefObject<HTMLFormElement>
  /** Ctrl+Enter sends it from any field, a text of several lines too. */
  ctrlEnter?: boolean
  onSubmit: () => unknown
}

/** A form that the page sends: what is wrong stands beside its fields, and the browser says nothing of it. */
export function Form({ element, ctrlEnter, onSubmit, ...form }: FormProps) {
  const submit = (event: Event) => {
    event.preventDefault()
    void onSubmit()
  }
  return (
    <form
      class="stack"
      noValidate
      {...form}
      {...(element && { ref: element })}
      onSubmit={submit}
      onKeyDown={event => {
        if (ctrlEnter && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
      }}
    />
  )
}
