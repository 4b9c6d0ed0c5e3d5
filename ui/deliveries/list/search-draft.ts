/** The search while it is typed: it goes into the URL once it can be understood. */
import { computed, effect, signal, untracked } from '@preact/signals'
import { queryText, setParams } from '../../app/route.ts'
import { queryProblem } from './deliveries.ts'
import { fetchLanguage, language, searchProblem } from './search-language.ts'

/** What the field shows. */
export const searchDraft = signal(queryText.peek())

/** How long typing rests before the list follows, milliseconds. */
const restMs = 250
let timer: ReturnType<typeof setTimeout> | undefined

/** Typing has rested: what is wrong now is not merely unfinished. */
const rested = signal(true)

/** What is wrong with the text in the field, once typing rests. */
export const draftProblem = computed(() => {
  if (!rested.value) return null
  // The server has the last word on what it could not understand.
  return searchProblem(searchDraft.value) ?? (searchDraft.value.trim() === queryText.value ? queryProblem.value : null)
})

/** Takes what was typed. */
export function setDraft(text: string): void {
  searchDraft.value = text
  rested.value = false
  clearTimeout(timer)
  timer = setTimeout(applyDraft, restMs)
}

/** Searches for what the field shows, if it can be understood. */
export function applyDraft(): void {
  clearTimeout(timer)
  rested.value = true
  if (searchDraft.peek() === '' || language.peek() !== null) searchForDraft()
  else void fetchLanguage().then(searchForDraft)
}

function searchForDraft(): void {
  const text = searchDraft.peek()
  if (searchProblem(text) !== null) return
  if (text.trim() !== queryText.peek()) own = text.trim()
  setParams({ q: text.trim() })
}

/** What was searched for from here and has not come back from the URL yet: letters that were typed meanwhile stay. */
let own: string | null = null

// Chips, menus and the back button change the URL: the field follows.
effect(() => {
  const text = queryText.value
  const isOwn = text === own
  own = null
  if (isOwn) return
  untracked(() => {
    if (searchDraft.peek().trim() !== text) {
      clearTimeout(timer)
      rested.value = true
      searchDraft.value = text
    }
  })
})
