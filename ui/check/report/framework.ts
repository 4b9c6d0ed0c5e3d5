/** The framework whose code the reader wants to see, kept in this browser. */
import { signal } from '@preact/signals'
import { type Framework, findFramework } from '../../../core/check/remedies.ts'

const name = 'hookscope.framework'

function kept(): Framework | null {
  try {
    return findFramework(localStorage.getItem(name) ?? '') ?? null
  } catch {
    return null
  }
}

/** null: nobody has chosen, so each report shows the one that its answers tell. */
export const chosenFramework = signal<Framework | null>(kept())

export function chooseFramework(framework: Framework): void {
  chosenFramework.value = framework
  try {
    localStorage.setItem(name, framework)
  } catch {
    // It lasts until the page is closed then.
  }
}
