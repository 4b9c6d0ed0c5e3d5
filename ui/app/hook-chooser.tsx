import { ChevronDown } from 'lucide-preact'
import { Menu } from '../kit/menu.tsx'
import { mainHook, shownHook, status } from './listener.ts'

/** Chooses the hook whose URL is shown, where there are several. */
export function HookChooser() {
  const hooks = status.value?.hooks ?? []
  const shown = mainHook.value
  if (!shown || hooks.length < 2) return null
  const items = hooks.map(({ id, label }) => ({
    label,
    checked: id === shown.id,
    onSelect: () => {
      shownHook.value = id
    },
  }))
  return (
    <Menu label="Webhook whose URL is shown" items={items} small class="hook-chooser">
      <span class="clip">{shown.label}</span>
      <ChevronDown size={13} />
    </Menu>
  )
}
