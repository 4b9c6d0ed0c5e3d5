import { useId, useState } from 'preact/hooks'
import { catalogue, type EventType, families, familyLabels } from '../../core/events/catalogue.ts'
import { consoleFields } from '../../core/hooks/console.ts'
import { AlertIcon, FamilyDot } from '../kit/badge.tsx'
import { Button } from '../kit/button.tsx'

interface EventPickerProps {
  value: ReadonlySet<EventType>
  error?: string | undefined
  onChange: (events: ReadonlySet<EventType>) => void
}

type Entry = (typeof catalogue)[number]

/** Whether every word is somewhere in the type, its other spelling, its family or when it is sent. */
function matches(entry: Entry, search: string): boolean {
  const other = 'alternative' in entry ? entry.alternative : ''
  const text = `${entry.type} ${other} ${familyLabels[entry.family]} ${entry.when}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}

/** The console's Events: by family, with a search; all, none, or one by one. Arrows move from box to box. */
export function EventPicker({ value: events, error, onChange }: EventPickerProps) {
  const id = useId()
  const [search, setSearch] = useState('')
  const shown = catalogue.filter(entry => matches(entry, search))
  const groups = families
    .map(family => ({ family, entries: shown.filter(entry => entry.family === family) }))
    .filter(({ entries }) => entries.length > 0)

  const set = (types: readonly EventType[], chosen: boolean) =>
    onChange(chosen ? new Set([...events, ...types]) : new Set([...events].filter(type => !types.includes(type))))
  const typesShown = shown.map(({ type }) => type)

  return (
    <fieldset
      class="field event-picker"
      aria-labelledby={`${id}-legend`}
      aria-describedby={error ? `${id}-error` : undefined}
    >
      <legend id={`${id}-legend`}>{consoleFields.events}</legend>
      <div class="note">
        A check sale comes as <code>transaction.sale.success</code> first and as <code>ach.*</code> when it moves at the
        bank. With both, book it once.
      </div>
      <div class={`event-box${error ? ' event-box-bad' : ''}`}>
        <div class="line event-picker-tools">
          <input
            class="input"
            type="search"
            aria-label="Find events"
            placeholder="Find events"
            value={search}
            data-first-problem={error ? true : undefined}
            onInput={event => setSearch(event.currentTarget.value)}
            onKeyDown={event => {
              // Enter would save the hook.
              if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) event.preventDefault()
            }}
          />
          <Button small onClick={() => set(typesShown, true)}>
            All
          </Button>
          <Button small onClick={() => set(typesShown, false)}>
            None
          </Button>
          <span class="event-count muted" role="status">
            {events.size} of {catalogue.length} chosen
          </span>
        </div>
        <div class="event-groups">
          {groups.length === 0 ? <p class="muted event-none">No event matches.</p> : null}
          <div class="event-columns">
            {groups.map(({ family, entries }) => (
              <Group key={family} family={family} entries={entries} events={events} onSet={set} />
            ))}
          </div>
        </div>
      </div>
      {error ? (
        <div class="field-error" id={`${id}-error`} role="alert">
          <AlertIcon /> {error}
        </div>
      ) : null}
    </fieldset>
  )
}

interface GroupProps {
  family: Entry['family']
  entries: readonly Entry[]
  events: ReadonlySet<EventType>
  onSet: (types: readonly EventType[], chosen: boolean) => void
}

function Group({ family, entries, events, onSet }: GroupProps) {
  const types = entries.map(({ type }) => type)
  const chosen = types.filter(type => events.has(type)).length
  return (
    <div class="event-group">
      <label class="event event-family">
        <input
          type="checkbox"
          checked={chosen === types.length}
          // Half of them: the box shows a dash.
          ref={box => {
            if (box) box.indeterminate = chosen > 0 && chosen < types.length
          }}
          onKeyDown={moveByArrow}
          onChange={event => onSet(types, event.currentTarget.checked)}
        />
        <FamilyDot family={family} />
        <span>{familyLabels[family]}</span>
        <span class="muted event-group-count">
          {chosen}/{types.length}
        </span>
      </label>
      {entries.map(({ type, when }) => (
        <label key={type} class="event">
          <input
            type="checkbox"
            checked={events.has(type)}
            onKeyDown={moveByArrow}
            onChange={event => onSet([type], event.currentTarget.checked)}
          />
          <span class="event-picker-words words">
            <code>{type}</code>
            <span class="muted">{when}</span>
          </span>
        </label>
      ))}
    </div>
  )
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

function moveByArrow(event: KeyboardEvent): void {
  const step = steps[event.key]
  if (step === undefined || !(event.target instanceof HTMLInputElement)) return
  const boxes = [...(event.target.closest('.event-groups')?.querySelectorAll('input') ?? [])]
  const next = boxes[boxes.indexOf(event.target) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
