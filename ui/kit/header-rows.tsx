import './header-rows.css'
import { Eye, EyeOff, Plus, Trash2 } from 'lucide-preact'
import { credentialHeaders } from '../../core/http/credential-headers.ts'
import { type HeaderList, shownValue, typedValue } from '../../core/http/headers.ts'
import { Button, IconButton } from './button.tsx'
import { sharing } from './screen-sharing.ts'
import { useRevealed } from './use-revealed.ts'

export interface HeaderRow {
  readonly id: number
  readonly name: string
  readonly value: string
  /** As it came, one character a byte, for as long as nobody changes what is shown of it. */
  readonly came: string
}

let lastId = 0
const newRow = (name: string, value: string): HeaderRow => {
  lastId += 1
  return { id: lastId, name, value: shownValue(value), came: value }
}

/** Headers as rows that can be edited. */
export const rowsOf = (headers: HeaderList): HeaderRow[] => headers.map(([name, value]) => newRow(name, value))

/** Rows as headers; rows without a name are left out. */
export const headersOf = (rows: readonly HeaderRow[]): [string, string][] =>
  rows
    .filter(({ name }) => name.trim() !== '')
    .map(({ name, value, came }) => [name.trim(), value === shownValue(came) ? came : typedValue(value)])

/** The same that are masked among the headers as they came; a signature is one while the screen is shared. */
const isSecret = (name: string) =>
  credentialHeaders.includes(name.toLowerCase()) || (sharing.value && name.toLowerCase() === 'x-signature')

interface HeaderRowsProps {
  rows: readonly HeaderRow[]
  /** What the one who edits them should know. */
  hint: string
  onChange: (rows: HeaderRow[]) => void
  /** Shown as they are, not to be edited. */
  fixed?: HeaderList
  /** Rows that are kept, but not shown while something else stands for them. */
  hides?: (name: string) => boolean
}

/** Header lines to edit, add and take away; credentials stay hidden until they are revealed. */
export function HeaderRows({ rows, hint, onChange, fixed = [], hides = () => false }: HeaderRowsProps) {
  const [revealed, toggle] = useRevealed()
  const shown = rows.filter(({ name }) => !hides(name))
  const hasSecrets = [...shown, ...fixed.map(([name]) => ({ name }))].some(({ name }) => isSecret(name))
  const edit = (id: number, part: Partial<HeaderRow>) =>
    onChange(rows.map(row => (row.id === id ? { ...row, ...part } : row)))
  return (
    <>
      <ul class="header-rows">
        {shown.map((row, place) => (
          <li key={row.id}>
            <input
              class="input mono"
              aria-label={`Name of header ${place + 1}`}
              placeholder="Name"
              value={row.name}
              onInput={event => edit(row.id, { name: event.currentTarget.value })}
            />
            <input
              class="input mono"
              type={isSecret(row.name) && !revealed ? 'password' : 'text'}
              autocomplete="off"
              aria-label={`Value of ${row.name || `header ${place + 1}`}`}
              placeholder="Value"
              value={row.value}
              onInput={event => edit(row.id, { value: event.currentTarget.value })}
            />
            <IconButton
              label={`Remove ${row.name || 'this header'}`}
              icon={<Trash2 size={14} />}
              onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
            />
          </li>
        ))}
        {fixed.map(([name, value]) => (
          <li key={name} class="header-fixed note">
            <span class="mono">{name}</span>
            <span class="mono clip">{isSecret(name) && !revealed ? '••••' : value}</span>
            <span class="muted">set when sent</span>
          </li>
        ))}
      </ul>
      <div class="row">
        <Button small icon={<Plus size={14} />} onClick={() => onChange([...rows, newRow('', '')])}>
          Add a header
        </Button>
        {hasSecrets ? (
          <Button
            small
            aria-pressed={revealed}
            icon={revealed ? <EyeOff size={14} /> : <Eye size={14} />}
            onClick={toggle}
          >
            {revealed ? 'Hide' : 'Reveal'} secrets
          </Button>
        ) : null}
      </div>
      <p class="note">{hint}</p>
    </>
  )
}
