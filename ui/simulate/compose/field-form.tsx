import { Plus, RotateCcw, X } from 'lucide-preact'
import { findEvent } from '../../../core/events/catalogue.ts'
import { readEnvelope } from '../../../core/events/envelope.ts'
import { fieldNote, valueMeaning } from '../../../core/events/field-notes.ts'
import type { SampleField } from '../../../core/events/generator/samples.ts'
import { IconButton } from '../../kit/button.tsx'
import { Menu } from '../../kit/menu.tsx'
import {
  asSampled,
  type Changes,
  inputKindOf,
  type Leaf,
  leavesOf,
  readTyped,
  withField,
  withoutField,
} from './sample-changes.ts'

interface Row extends Leaf {
  readonly state: 'sample' | 'changed' | 'left-out'
}

interface Group {
  /** Of the object that holds the fields; '' at the top. */
  readonly path: string
  readonly rows: readonly Row[]
  /** Fields that other samples have and this one has not. */
  readonly absent: readonly SampleField[]
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')))
const nameOf = (path: string) => path.slice(path.lastIndexOf('.') + 1)

interface FieldFormProps {
  sample: unknown
  changes: Changes
  /** The sample with its changes. */
  event: unknown
  /** The fields that any sample like it can have. */
  known: readonly SampleField[]
  onChange: (changes: Changes) => void
}

/** The rows of the form, gathered by the object that holds them. @returns groups in the order of the event */
function groupsOf({ sample, changes, event, known }: FieldFormProps): Group[] {
  const leaves = leavesOf(event)
  const setPaths = new Set(changes.set.map(({ path }) => path))
  const before = new Map(leavesOf(sample).map(({ path, value }) => [path, value]))
  const rows: Row[] = leaves.map(leaf => ({ ...leaf, state: setPaths.has(leaf.path) ? 'changed' : 'sample' }))
  for (const path of changes.unset) rows.push({ path, value: before.get(path), state: 'left-out' })
  // What is omitted stays where it was; what was added comes last.
  const places = [...new Set([...before.keys(), ...rows.map(({ path }) => path)])]
  rows.sort((one, other) => places.indexOf(one.path) - places.indexOf(other.path))
  const shown = new Set(rows.map(({ path }) => path))
  const absent = known.filter(({ path, json }) => json !== 'object' && !shown.has(path))
  const parents = [...new Set([...rows, ...absent].map(({ path }) => parentOf(path)))]
  return parents.map(path => ({
    path,
    rows: rows.filter(row => parentOf(row.path) === path),
    absent: absent.filter(field => parentOf(field.path) === path),
  }))
}

/** What a group is called: the object's place, without what all share. */
const titleOf = (path: string) => path.replace(/^event_body\./, '').replaceAll('.', ' › ')

const isEnvelope = ({ path }: Group) => path === '' || path === 'event_body.merchant'

/** Every field of the event with its value, those that this sample does not have to be added. */
export function FieldForm(props: FieldFormProps) {
  const groups = groupsOf(props)
  const envelope = groups.filter(isEnvelope)
  return (
    <div class="fields">
      {groups
        .filter(group => !isEnvelope(group))
        .map(group => (
          <Fields key={group.path} group={group} form={props} />
        ))}
      <details class="fields-envelope">
        <summary>Envelope and merchant</summary>
        {envelope.map(group => (
          <Fields key={group.path} group={group} form={props} />
        ))}
      </details>
    </div>
  )
}

function Fields({ group, form }: { group: Group; form: FieldFormProps }) {
  const title = titleOf(group.path)
  return (
    <fieldset class="field-group">
      <legend class={title === '' ? 'hidden-text' : 'mono'}>{title || 'envelope'}</legend>
      {group.rows.map(row => (
        <FieldRow key={row.path} row={row} form={form} />
      ))}
      {group.absent.length > 0 ? (
        <Menu
          small
          variant="ghost"
          label={`Add a field to ${title || 'the envelope'}`}
          icon={<Plus size={13} />}
          items={group.absent.map(field => ({
            label: nameOf(field.path),
            end: typeof field.example === 'string' ? field.example.slice(0, 24) : String(field.example),
            onSelect: () => form.onChange(withField(form.changes, field.path, field.example)),
          }))}
        >
          Add a field
        </Menu>
      ) : null}
    </fieldset>
  )
}

function FieldRow({ row, form }: { row: Row; form: FieldFormProps }) {
  const { path, value, state } = row
  const id = `field-${path}`
  const { changes, event, onChange } = form
  const family = findEvent(readEnvelope(event)?.eventType ?? '')?.family ?? null
  const note = fieldNote(family, path.split('.'))
  const meaning = typeof value === 'string' ? valueMeaning(family, path.split('.'), value) : null
  const left = state === 'left-out'
  return (
    <div class={`field-row field-${state}`}>
      <label for={id} class="mono clip" title={note ?? path}>
        {nameOf(path)}
      </label>
      {left ? (
        <span class="field-gone muted" id={id}>
          omitted
        </span>
      ) : (
        <Value id={id} row={row} note={note} onChange={next => onChange(withField(changes, path, next))} />
      )}
      <span class="field-meaning muted clip">{meaning ? `= ${meaning}` : ''}</span>
      {state === 'sample' ? (
        <IconButton
          small
          label={`Omit ${nameOf(path)}`}
          icon={<X size={13} />}
          onClick={() => onChange(withoutField(changes, path))}
        />
      ) : (
        <IconButton
          small
          label={`Reset ${nameOf(path)}`}
          icon={<RotateCcw size={13} />}
          onClick={() => onChange(asSampled(changes, path))}
        />
      )}
    </div>
  )
}

interface ValueProps {
  id: string
  row: Row
  note: string | null
  onChange: (value: unknown) => void
}

/** The control for a value, by its JSON type; what is typed keeps that type. */
function Value({ id, row: { value }, note, onChange }: ValueProps) {
  const kind = inputKindOf(value)
  const described = note ? { title: note } : {}
  if (kind === 'boolean') {
    return (
      <select
        id={id}
        class="input mono"
        {...described}
        value={String(value)}
        onChange={event => onChange(event.currentTarget.value === 'true')}
      >
        <option>true</option>
        <option>false</option>
      </select>
    )
  }
  return (
    <input
      id={id}
      class={`input mono${kind === 'number' ? ' field-number' : ''}`}
      {...described}
      spellcheck={false}
      autocomplete="off"
      inputMode={kind === 'number' ? 'decimal' : undefined}
      placeholder={value === null ? 'null' : value === '' ? '(empty text)' : undefined}
      value={value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)}
      onInput={event => {
        const typed = readTyped(event.currentTarget.value, kind)
        event.currentTarget.setAttribute('aria-invalid', String(typed === null))
        if (typed) onChange(typed.value)
      }}
    />
  )
}
