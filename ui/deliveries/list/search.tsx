import { Search as SearchIcon, X } from 'lucide-preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Span } from '../../../core/search/query.ts'
import { facets } from '../../app/facets.ts'
import { takeSearchCalls } from '../../app/page.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { IconButton } from '../../kit/button.tsx'
import { applyDraft, draftProblem, searchDraft, setDraft } from './search-draft.ts'
import { fetchLanguage, language } from './search-language.ts'

/** The search: completes as you type, underlines what is wrong and says why; the last good result stays. */
export function Search() {
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [caret, setCaret] = useState(0)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [scrolled, setScrolled] = useState(0)

  useLayoutEffect(
    () =>
      takeSearchCalls(() => {
        input.current?.focus()
        input.current?.select()
      }),
    [],
  )

  const text = searchDraft.value
  const known = {
    types: facets.value?.types.map(entry => entry.type) ?? [],
    hooks: facets.value?.hooks.map(entry => entry.hook) ?? [],
  }
  const completion = open ? language.value?.completeQuery(text, caret, known) : undefined
  const { span, options } = completion ?? { span: { start: 0, end: 0 }, options: [] }
  const problem = draftProblem.value
  const shown = open && options.length > 0

  const type = (next: string, at: number) => {
    setDraft(next)
    setCaret(at)
    setActive(-1)
    setOpen(true)
  }
  const accept = (index: number) => {
    const option = options[index]
    if (!option) return
    const goesOn = option.insert.endsWith(':')
    const next = `${text.slice(0, span.start)}${option.insert}${goesOn ? '' : ' '}${text.slice(span.end).trimStart()}`
    const at = span.start + option.insert.length + (goesOn ? 0 : 1)
    type(next, at)
    setOpen(goesOn)
    // The caret can be set once the new text is in the field.
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at))
    if (!goesOn) applyDraft()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!shown) setOpen(true)
      else
        setActive(
          event.key === 'ArrowDown' ? (active + 1) % options.length : (active <= 0 ? options.length : active) - 1,
        )
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (shown && active >= 0) accept(active)
      else {
        applyDraft()
        setOpen(false)
      }
    } else if (event.key === 'Tab' && shown && active >= 0 && !event.shiftKey) {
      event.preventDefault()
      accept(active)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      if (shown) setOpen(false)
      else input.current?.blur()
    }
  }

  return (
    <search class="search">
      <SearchIcon class="fixed muted" size={15} />
      <div class="search-field fill">
        <div class="search-mirror" aria-hidden="true">
          <div class="search-mirror-text" style={{ transform: `translateX(${-scrolled}px)` }}>
            <Underlined text={text} span={problem?.span ?? null} />
          </div>
        </div>
        <input
          ref={input}
          class="search-input"
          type="text"
          role="combobox"
          aria-label="Search deliveries"
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={`${id}-options`}
          aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          placeholder="Search: type:ach.* is:rejected amount:>100"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          value={text}
          onInput={event => type(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
          onKeyDown={onKeyDown}
          onSelect={event => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => {
            void fetchLanguage()
            setOpen(true)
          }}
          onBlur={() => setOpen(false)}
          onScroll={event => setScrolled(event.currentTarget.scrollLeft)}
        />
      </div>
      {text === '' ? (
        <span class="search-key" title="Press / to search">
          /
        </span>
      ) : (
        <IconButton
          small
          label="Clear the search"
          icon={<X size={14} />}
          onClick={() => {
            setDraft('')
            applyDraft()
            input.current?.focus()
          }}
        />
      )}
      {shown || problem ? (
        <div class="search-drop">
          {problem ? (
            <p class="search-problem" id={`${id}-problem`} role="alert">
              <AlertIcon /> <span>{problem.message}</span> <span class="muted">{problem.hint}</span>
            </p>
          ) : null}
          <div class="search-options" role="listbox" id={`${id}-options`} aria-label="Suggestions" hidden={!shown}>
            {options.map((option, index) => (
              <div
                key={option.insert}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                class="search-option"
                onPointerDown={event => {
                  event.preventDefault()
                  accept(index)
                }}
              >
                <span class="mono">{option.label}</span>
                <span class="search-detail clip">{option.detail}</span>
              </div>
            ))}
          </div>
        </div>
      ) : null}
    </search>
  )
}

/** The text with the place that is wrong marked; it lies behind the field, itself unseen. */
function Underlined({ text, span }: { text: string; span: Span | null }) {
  if (!span) return null
  const end = Math.max(span.end, span.start + 1)
  return (
    <>
      {text.slice(0, span.start)}
      <span class="search-wrong">{text.slice(span.start, end).padEnd(1, ' ')}</span>
      {text.slice(end)}
    </>
  )
}
