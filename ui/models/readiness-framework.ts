/** The framework whose code the reader wants to see, kept in this browser. */
import { signal } from '@preact/signals'
import { type Framework, frameworks } from '../../core/remedies.ts'

const name = 'hookscope.framework'

function kept(): Framework {
  try {
    const found = localStorage.getItem(name)
    return found !== null && found in frameworks ? (found as Framework) : 'express'
  } catch {
    return 'express'
  }
}

export const chosenFramework = signal<Framework>(kept())

export function chooseFramework(framework: Framework): void {
  chosenFramework.value = framework
  try {
    localStorage.setItem(name, framework)
  } catch {
    // It lasts until the page is closed then.
  }
}
