/** The Simulate form over a reload: kept in this tab until it is closed, without keys and passwords. */
import { effect } from '@preact/signals'
import { targetProblem } from '../../app/target-problem.ts'
import { type Draft, draft, freshDraft } from './draft.ts'

/** Another version of the form reads nothing of this one. */
const name = 'hookscope-simulate-1'

/** What is kept of a draft: of its URL nothing unless it can be sent to, which one with a password in it cannot. */
export function keptText({ password: _, key: __, url, ...kept }: Draft): string {
  return JSON.stringify({ ...kept, url: targetProblem(url) === null ? url : '' })
}

/** @returns a fresh draft where nothing was kept */
export function readKept(text: string | null): Draft {
  // Written by this form alone; what is not of its kind would be another's.
  const kept: Partial<Draft> = text === null ? {} : JSON.parse(text)
  return { ...freshDraft(), ...kept, password: '', key: '' }
}

/** Brings back what was kept, and keeps what is changed from now on. Without storage, a reload starts anew. */
export function keepDraft(): void {
  attempt(() => {
    draft.value = readKept(sessionStorage.getItem(name))
  })
  effect(() => {
    const text = keptText(draft.value)
    attempt(() => sessionStorage.setItem(name, text))
  })
}

/** A browser may have no storage, or too little. */
function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // Nothing is lost but a convenience.
  }
}
