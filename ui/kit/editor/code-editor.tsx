import './code-editor.css'
import { useEffect, useRef, useState } from 'preact/hooks'

interface CodeEditorProps {
  text: string
  /** For screen readers. */
  label: string
  onChange: (text: string) => void
}

/** Texts above this stay in the plain text field: they are not edited with care anyway. */
const longest = 500_000

/**
 * A JSON editor. The plain text field shows until CodeMirror has loaded, and when it cannot be. CodeMirror lives in a
 * shadow root: there it styles itself with adopted style sheets, which a strict content security policy allows.
 */
export function CodeEditor({ text, label, onChange }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const latest = useRef({ text, onChange })
  latest.current = { text, onChange }
  const [ready, setReady] = useState(false)
  useEffect(() => {
    const element = host.current
    if (!element || latest.current.text.length > longest) return
    let gone = false
    let destroy = () => {}
    import('./codemirror.ts').then(
      ({ startEditor }) => {
        if (gone) return
        destroy = startEditor(element, latest.current.text, label, next => latest.current.onChange(next))
        setReady(true)
      },
      // Without it the text field stays.
      () => undefined,
    )
    return () => {
      gone = true
      destroy()
    }
  }, [label])
  return (
    <div class="code-editor">
      {ready ? null : (
        <textarea
          class="input mono"
          aria-label={label}
          spellcheck={false}
          value={text}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
      <div ref={host} class="code-host" hidden={!ready} />
    </div>
  )
}
