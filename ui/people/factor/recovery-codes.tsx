import { Download } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { useFocus } from '../use-focus.ts'

/** Codes that are shown this once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => unknown }) {
  const [pending, setPending] = useState(false)
  const saved = useFocus<HTMLButtonElement>()
  return (
    <div class="stack">
      <p>
        Recovery codes let you in when your second factor is lost. Each works once. They are shown only now, and replace
        all earlier ones: keep them where you keep passwords.
      </p>
      <ul class="factor-codes boxed mono" aria-label="Recovery codes">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div class="row factor-buttons">
        <CopyButton text={codes.join('\n')} label="Copy" />
        <Button icon={<Download size={14} />} onClick={() => download(codes)}>
          Download
        </Button>
        <span class="grow" />
        <Button
          variant="primary"
          autofocus
          elementRef={saved}
          pending={pending}
          onClick={async () => {
            setPending(true)
            await onDone()
          }}
        >
          I saved them
        </Button>
      </div>
    </div>
  )
}

function download(codes: readonly string[]): void {
  const text = `Recovery codes of hookscope at ${location.host}. Each works once.\n\n${codes.join('\n')}\n`
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = 'hookscope-recovery-codes.txt'
  link.click()
  URL.revokeObjectURL(link.href)
}
