import type { ComponentChildren } from 'preact'

export interface TabItem {
  readonly id: string
  readonly label: string
  /** A number or a mark behind the label. */
  readonly end?: ComponentChildren
}

export interface TabsProps {
  /** What the tabs are about, for screen readers. */
  label: string
  /** Makes element ids; one page may have several sets of tabs. */
  name: string
  tabs: readonly TabItem[]
  active: string
  onChange: (id: string) => void
}

const steps: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
}

/** A row of tabs: arrows, Home and End move and select. Put the content into a `TabPanel` of the same name. */
export function Tabs({ label, name, tabs, active, onChange }: TabsProps) {
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={label}
      onKeyDown={event => {
        const step = steps[event.key]
        if (!step) return
        event.preventDefault()
        const index = tabs.findIndex(tab => tab.id === active)
        const next = tabs[step(index, tabs.length)]
        if (!next) return
        onChange(next.id)
        document.getElementById(`${name}-tab-${next.id}`)?.focus()
      }}
    >
      {tabs.map(tab => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          class="tab"
          id={`${name}-tab-${tab.id}`}
          aria-selected={tab.id === active}
          aria-controls={tab.id === active ? `${name}-panel` : undefined}
          tabIndex={tab.id === active ? 0 : -1}
          onClick={() => onChange(tab.id)}
        >
          {tab.label}
          {tab.end}
        </button>
      ))}
    </div>
  )
}

/** What the active tab shows. */
export function TabPanel({ name, active, children }: { name: string; active: string; children: ComponentChildren }) {
  return (
    <div class="tab-panel" role="tabpanel" id={`${name}-panel`} aria-labelledby={`${name}-tab-${active}`}>
      {children}
    </div>
  )
}
