/** Theme and density, kept in this browser. public/theme.js applies them before the first paint. */
import { signal } from '@preact/signals'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]
export const densities = ['calm', 'dense'] as const
export type Density = (typeof densities)[number]

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`hookscope.${name}`)
  } catch {
    return null
  }
}

function keep(name: string, value: string, usual: string): void {
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
