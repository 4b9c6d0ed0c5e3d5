import { Check, Copy } from 'lucide-preact'
import { useEffect, useState } from 'preact/hooks'
import { Button, IconButton } from './button.tsx'
import { showToast } from './toasts.ts'

/** Puts text on the clipboard and says so. @returns whether it worked */
export async function copyText(text: string, said?: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    if (said) showToast(said, { tone: 'ok' })
    return true
  } catch {
    showToast('The browser did not allow copying. Select the text and copy it by hand.', { tone: 'bad' })
    return false
  }
}

export interface CopyButtonProps {
  /** What to copy, or where to get it from when it is pressed. */
  text: string | (() => string | Promise<string>)
  /** “Copy Hook URL”. Shown beside the icon unless `iconOnly`. */
  label: string
  iconOnly?: boolean
  small?: boolean
  disabled?: boolean
}

/** Copies, then shows a tick for two seconds. */
export function CopyButton({ text, label, iconOnly, small, disabled }: CopyButtonProps) {
  const [copied, setCopied] = useState(0)
  useEffect(() => {
    if (copied === 0) return
    const timer = setTimeout(() => setCopied(0), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const props = {
    small: small === true,
    disabled: disabled === true,
    icon: copied > 0 ? <Check size={14} /> : <Copy size={14} />,
    onClick: async () => {
      if (await copyText(typeof text === 'string' ? text : await text())) setCopied(count => count + 1)
    },
  }
  const said = (
    <span class="hidden-text" role="status">
      {copied > 0 ? 'Copied' : ''}
    </span>
  )
  return iconOnly ? (
    <>
      <IconButton {...props} label={label} />
      {said}
    </>
  ) : (
    <Button {...props}>
      {label}
      {said}
    </Button>
  )
}
