import { Check } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { Button, type ButtonProps } from './button.tsx'

export interface MenuItem {
  readonly label: string
  readonly onSelect: () => void
  readonly icon?: ComponentChildren
  /** A key, a number: at the right edge. */
  readonly end?: ComponentChildren
  readonly danger?: boolean
  /** Given: a choice that is on or off. */
  readonly checked?: boolean
  /** The menu stays open when it is selected. Default false. */
  readonly stays?: boolean
  /** A heading above this item. */
  readonly heading?: string
}

export interface MenuProps extends Omit<ButtonProps, 'label'> {
  /** What it chooses: on hover, of the menu, and of the button when that shows no text. */
  label: string
  items: readonly MenuItem[]
}

const gap = 4

/** A button that opens a menu: arrows move, Enter selects, Escape closes and gives the focus back. */
export function Menu({ label, items, children, ...button }: MenuProps) {
  const id = useId()
  const trigger = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)

  const entries = () => [...(list.current?.querySelectorAll<HTMLButtonElement>('.menu-item') ?? [])]
  const show = () => {
    const [menu, at] = [list.current, trigger.current?.getBoundingClientRect()]
    if (!menu || !at) return
    menu.showPopover()
    const { offsetWidth: width, offsetHeight: height } = menu
    const below = at.bottom + gap + height <= window.innerHeight || at.top < height
    menu.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`
    menu.style.top = `${below ? at.bottom + gap : at.top - gap - height}px`
    entries()[0]?.focus()
  }
  const hide = () => {
    list.current?.hidePopover()
    trigger.current?.focus()
  }
  const move = (event: KeyboardEvent) => {
    const all = entries()
    const index = all.findIndex(entry => entry.matches(':focus'))
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined) all.at(to % all.length)?.focus()
    else if (event.key === 'Escape') hide()
    else if (event.key === 'Tab') list.current?.hidePopover()
    else return
    if (event.key !== 'Tab') event.preventDefault()
    event.stopPropagation()
  }

  return (
    <>
      <Button
        title={label}
        {...button}
        elementRef={trigger}
        aria-label={children === undefined ? label : undefined}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => (open ? hide() : show())}
      >
        {children}
      </Button>
      {/* The popover itself takes no focus: its items do. */}
      <div
        ref={list}
        id={id}
        class="menu"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        popover="auto"
        onToggle={event => setOpen(event.newState === 'open')}
        onKeyDown={move}
      >
        {items.map(item => (
          <MenuEntry key={`${item.heading ?? ''}${item.label}`} item={item} onDone={hide} />
        ))}
      </div>
    </>
  )
}

function MenuEntry({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const role =
    item.checked === undefined
      ? { role: 'menuitem' as const }
      : { role: 'menuitemcheckbox' as const, 'aria-checked': item.checked }
  return (
    <>
      {item.heading ? (
        <div class="menu-heading note" role="presentation">
          {item.heading}
        </div>
      ) : null}
      <button
        type="button"
        class={`menu-item${item.danger ? ' menu-danger' : ''}`}
        {...role}
        tabIndex={-1}
        onClick={() => {
          if (item.stays !== true) onDone()
          item.onSelect()
        }}
      >
        {item.icon}
        <span class="clip">{item.label}</span>
        {item.checked ? <Check size={14} /> : null}
        {item.end === undefined ? null : <span class="menu-end">{item.end}</span>}
      </button>
    </>
  )
}
