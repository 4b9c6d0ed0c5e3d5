/** `hookscope trigger --list`: what can be sent. */
import { catalogue, families, familyLabels } from '../../core/catalogue.ts'
import { journeys } from '../../core/journeys.ts'
import type { Sample } from '../../core/simulation.ts'
import { clip, printable } from '../../core/text.ts'
import type { Paint } from '../terminal/style.ts'

/** For people, by family. */
export function listLines(samples: readonly Sample[], paint: Paint): string[] {
  const width = Math.max(...catalogue.map(({ type }) => type.length))
  const types = families.flatMap(family => [
    '',
    paint.bold(familyLabels[family]),
    ...catalogue
      .filter(entry => entry.family === family)
      .map(({ type, when }) => `  ${type.padEnd(width)}  ${paint.dim(when)}`),
  ])
  const chains = journeys.map(
    ({ name, what, steps }) => `  ${name.padEnd(width)}  ${what} ${paint.dim(steps.join(' → '))}`,
  )
  const own = samples.map(
    ({ name, eventType, delivery }) =>
      `  ${name.padEnd(width)}  ${paint.dim(`${clip(printable(eventType ?? 'no event type'), 60)}${delivery === null ? '' : `, from delivery ${delivery}`}`)}`,
  )
  return [
    ...types.slice(1),
    '',
    `${paint.bold('Scenarios')} ${paint.dim('(--journey NAME)')}`,
    ...chains,
    ...(own.length === 0 ? [] : ['', paint.bold('Your own samples'), ...own]),
    '',
    paint.dim('cau.* can be written cardupdate.* as well: both are spellings of the gateway.'),
  ]
}

/** For scripts, one object a line. */
export const listJson = (samples: readonly Sample[]): object[] => [
  ...catalogue.map(entry => ({ kind: 'event-type', alternative: null, ...entry })),
  ...journeys.map(({ name, title, what, steps }) => ({ kind: 'journey', name, title, what, steps })),
  ...samples.map(({ name, eventType, createdAt, delivery }) => ({
    kind: 'sample',
    name,
    eventType,
    createdAt,
    delivery,
  })),
]
