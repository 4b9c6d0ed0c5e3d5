/** The search while it is typed: it goes into the URL once it can be understood. */
import { computed, effect, signal, untracked } from '@preact/signals'
import { parseQuery } from '../../core/search.ts'
import { queryProblem } from './deliveries.ts'
import { queryText, setParams } from './route.ts'

/** What the field shows. */
export const draft = signal(queryText.peek())

/** How long typing rests before the list follows, milliseconds. */
const restMs = 250
let timer: ReturnType<typeof setTimeout> | undefined

const parsed = computed(() => parseQuery(draft.value))
/** Typing has rested: what is wrong now is not merely unfinished. */
const rested = signal(true)

/** What is wrong with the text in the field, once typing rests. */
export const draftProblem = computed(() => {
  if (!rested.value) return null
  if (!parsed.value.ok) return parsed.value.problem
  // The server has the last word on what it could not understand.
  return draft.value.trim() === queryText.value ? queryProblem.value : null
})

/** Takes what was typed. */
export function setDraft(text: string): void {
  draft.value = text
  rested.value = false
  clearTimeout(timer)
  timer = setTimeout(applyDraft, restMs)
}

/** Searches for what the field shows, if it can be understood. */
export function applyDraft(): void {
  clearTimeout(timer)
  rested.value = true
  if (parsed.peek().ok) setParams({ q: draft.peek().trim() })
}

// Chips, menus and the back button change the URL: the field follows.
effect(() => {
  const text = queryText.value
  untracked(() => {
    if (draft.peek().trim() !== text) {
      clearTimeout(timer)
      rested.value = true
      draft.value = text
    }
  })
})
