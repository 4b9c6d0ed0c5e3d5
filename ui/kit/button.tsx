import type { ButtonHTMLAttributes, ComponentChildren, Ref } from 'preact'

export interface ButtonProps extends ButtonHTMLAttributes {
  variant?: 'plain' | 'primary' | 'danger' | 'ghost'
  small?: boolean
  /** Under way: a spinner (after 100 ms) and no second press. */
  pending?: boolean
  icon?: ComponentChildren
  /** Why it cannot be pressed, said on hover; it keeps its place among what has the focus. */
  refused?: string | null
  elementRef?: Ref<HTMLButtonElement>
}

/** A button with text. While `pending` it keeps the focus, its text and its width. */
export function Button({
  variant = 'plain',
  small,
  pending,
  icon,
  refused = null,
  elementRef,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      {...(refused !== null && { type: 'button', title: refused, 'aria-disabled': true })}
      ref={elementRef ?? null}
      class={`button button-${variant}${small ? ' button-small' : ''} ${rest.class ?? ''}`}
      aria-busy={pending ? 'true' : undefined}
      onClick={pending || refused !== null ? undefined : onClick}
    >
      {pending ? <span class="spinner after-a-moment" aria-hidden="true" /> : icon}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'label'> {
  /** What it does, for screen readers and on hover. */
  label: string
  /** The key that does the same, shown on hover. */
  keyHint?: string
  icon: ComponentChildren
}

/** A square button that shows an icon alone. */
export function IconButton({ label, keyHint, class: more, variant = 'ghost', ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      variant={variant}
      class={`button-icon ${more ?? ''}`}
      aria-label={label}
      aria-keyshortcuts={keyHint}
      title={keyHint ? `${label} (${keyHint})` : label}
    />
  )
}
