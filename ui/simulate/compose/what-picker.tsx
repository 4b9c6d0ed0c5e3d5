import { Bookmark, ChevronsUpDown, Route, Trash2 } from 'lucide-preact'
import { Fragment } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { findEvent } from '../../../core/events/catalogue.ts'
import { whyNot } from '../../app/people.ts'
import { setParams } from '../../app/route.ts'
import { removeSample } from '../../app/samples.ts'
import { FamilyDot } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { pickerId } from '../simulate-keys.ts'
import { chooseWhat, draft, type What, whatName } from './draft.ts'
import { choiceGroups, findChoice, type SendChoice, scenariosTitle } from './library.ts'

/** What is sent: an event, a scenario or an own sample, found by typing a part of its name or of what it means. */
export function WhatPicker() {
  const { what } = draft.value
  const chosen = findChoice(what)
  const trigger = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const groups = choiceGroups.value
  const found = useMemo(() => matching(groups, typed), [groups, typed])
  const flat = found.flatMap(group => group.choices)
  const current = flat[Math.min(at, flat.length - 1)]

  const show = () => {
    const [box, list] = [trigger.current?.getBoundingClientRect(), panel.current]
    if (!box || !list) return
    setTyped('')
    setAt(
      Math.max(
        0,
        groups.flatMap(group => group.choices).findIndex(({ what: one }) => sameWhat(one, what)),
      ),
    )
    list.showPopover()
    const width = Math.min(Math.max(box.width, 380), window.innerWidth - 16)
    list.style.width = `${width}px`
    list.style.left = `${Math.min(box.left, window.innerWidth - width - 8)}px`
    list.style.top = `${box.bottom + 4}px`
    list.style.maxHeight = `${window.innerHeight - box.bottom - 16}px`
    search.current?.focus()
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'center' })
  }
  const hide = () => {
    panel.current?.hidePopover()
    trigger.current?.focus()
  }
  const take = (one: What) => {
    hide()
    if (sameWhat(one, what)) return
    chooseWhat(one)
    setParams({ what: whatName(one), step: null })
  }
  const move = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(at + 1, flat.length - 1),
      ArrowUp: Math.max(at - 1, 0),
      PageDown: Math.min(at + 8, flat.length - 1),
      PageUp: Math.max(at - 8, 0),
    }
    const to = steps[event.key]
    if (to !== undefined) {
      setAt(to)
      panel.current?.querySelector(`#${optionId(flat[to])}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter') {
      if (current) take(current.what)
    } else if (event.key === 'Escape') hide()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div class="stack-close picker">
      <button
        ref={trigger}
        id={pickerId}
        type="button"
        class="picker-trigger"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-keyshortcuts="e"
        title="Choose what to send (e)"
        onClick={() => (open ? hide() : show())}
      >
        <ChoiceMark what={what} />
        <span class="picker-name words">
          <span class="clip">{chosen?.name ?? whatName(what)}</span>
          <span class="muted">{chosen ? chosen.about : 'There is nothing with this name.'}</span>
        </span>
        <ChevronsUpDown size={15} />
      </button>
      <div ref={panel} class="picker-panel" popover="auto" onToggle={event => setOpen(event.newState === 'open')}>
        <input
          ref={search}
          class="input"
          role="combobox"
          aria-label="Event, scenario or sample"
          aria-expanded={open}
          aria-controls="picker-list"
          aria-activedescendant={current ? optionId(current) : undefined}
          aria-autocomplete="list"
          placeholder="sale, refund, returned, card…"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={event => {
            setTyped(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={move}
        />
        <div id="picker-list" class="picker-list scrolls" role="listbox" aria-label="What can be sent" tabIndex={-1}>
          {found.map(group => (
            <Fragment key={group.title}>
              <div class="menu-heading note" role="presentation">
                {group.title}
              </div>
              {group.choices.map(choice => (
                <div
                  key={choice.name}
                  id={optionId(choice)}
                  class={`picker-option${choice === current ? ' picker-current' : ''}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={sameWhat(choice.what, what)}
                  onPointerMove={() => setAt(flat.indexOf(choice))}
                  onClick={() => take(choice.what)}
                  onKeyDown={move}
                >
                  <ChoiceMark what={choice.what} />
                  <span class="picker-words words">
                    <span>{choice.name}</span>
                    <span class="muted">{choice.about}</span>
                  </span>
                </div>
              ))}
            </Fragment>
          ))}
          {flat.length === 0 ? <p class="picker-none muted">Nothing matches.</p> : null}
        </div>
      </div>
      <Spelling what={what} />
      {what.kind === 'sample' && chosen ? (
        <Button
          small
          variant="ghost"
          icon={<Trash2 size={13} />}
          refused={whyNot('DELETE /api/samples/:name')}
          onClick={async () => {
            if (await removeSample(what.name)) take({ kind: 'event', type: 'transaction.sale.success' })
          }}
        >
          Remove this sample
        </Button>
      ) : null}
    </div>
  )
}

/** `cau.*` has a second spelling in the gateway's documents; an app should know both. */
function Spelling({ what }: { what: What }) {
  const entry = what.kind === 'event' ? findEvent(what.type) : undefined
  if (what.kind !== 'event' || entry?.alternative === undefined) return null
  const other = what.type === entry.type ? entry.alternative : entry.type
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={what.type !== entry.type}
        onChange={() => {
          chooseWhat({ kind: 'event', type: other })
          setParams({ what: other })
        }}
      />
      <span>
        Spell it <code>{entry.alternative}</code>, as some of the gateway’s documents do
      </span>
    </label>
  )
}

function ChoiceMark({ what }: { what: What }) {
  if (what.kind === 'journey') return <Route size={14} class="picker-mark" />
  if (what.kind === 'sample') return <Bookmark size={14} class="picker-mark" />
  return (
    <span class="picker-mark">
      <FamilyDot family={findEvent(what.type)?.family ?? null} />
    </span>
  )
}

const sameWhat = (one: What, other: What) => nameOf(one) === nameOf(other)

/** In the catalogue's spelling: both name one choice. */
const nameOf = (what: What) => (what.kind === 'event' ? (findEvent(what.type)?.type ?? what.type) : whatName(what))

const optionId = (choice: SendChoice | undefined) =>
  `choice-${choice ? nameOf(choice.what).replace(/[^a-z0-9]/g, '-') : ''}`

interface Group {
  readonly title: string
  readonly choices: readonly SendChoice[]
}

/** Every word that was typed is somewhere in the group's title, the name or what it means. */
function matching(groups: readonly Group[], typed: string): readonly Group[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return groups
  // Who types looks for an event more often than for a scenario.
  return [...groups]
    .sort((one, other) => Number(one.title === scenariosTitle) - Number(other.title === scenariosTitle))
    .map(({ title, choices }) => ({
      title,
      choices: choices.filter(({ name, about }) => {
        const text = `${title} ${name} ${about}`.toLowerCase()
        return words.every(word => text.includes(word))
      }),
    }))
    .filter(({ choices }) => choices.length > 0)
}
