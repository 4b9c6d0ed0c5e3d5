/** Theme and density, kept in this browser. public/theme.js applies them before the first paint. */
import { signal } from '@preact/signals'

const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]
const densities = ['calm', 'dense'] as const
type Density = (typeof densities)[number]

/** What this browser was told to keep. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`hookscope.${name}`)
  } catch {
    return null
  }
}

/** Keeps a choice in this browser, and marks the page with it; the usual one is not kept. */
export function keep(name: string, value: string, usual: string): void {
  const root = document.documentElement
  if (value === usual) delete root.dataset[name]
  else root.dataset[name] = value
  try {
    if (value === usual) localStorage.removeItem(`hookscope.${name}`)
    else localStorage.setItem(`hookscope.${name}`, value)
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
}

export const theme = signal<Theme>(themes.find(name => name === kept('theme')) ?? 'system')
export const density = signal<Density>(densities.find(name => name === kept('density')) ?? 'calm')

export function setTheme(next: Theme): void {
  theme.value = next
  keep('theme', next, 'system')
}

export function setDensity(next: Density): void {
  density.value = next
  keep('density', next, 'calm')
}

/** The theme that comes after the current one on the switch. */
export function nextTheme(): void {
  const dark = theme.peek() === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme.peek() === 'dark'
  setTheme(dark ? 'light' : 'dark')
}
