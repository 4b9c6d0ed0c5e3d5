/** `hookscope trigger --list`: what can be sent. */
import { catalogue, families, familyLabels } from '../../core/events/catalogue.ts'
import { scenarios } from '../../core/events/generator/scenarios.ts'
import type { Sample } from '../../core/simulate/simulation.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { besideName, wrapWords } from '../shared/wrap.ts'

/** For people, by family. */
export function listLines(samples: readonly Sample[], { paint, width }: LineStyle): string[] {
  const longest = Math.max(...catalogue.map(({ type }) => type.length))
  const row = (name: string, meaning: string) => besideName(`  ${name.padEnd(longest)}  `, meaning, width)
  const types = families.flatMap(family => [
    '',
    paint.bold(familyLabels[family]),
    ...catalogue.filter(entry => entry.family === family).flatMap(({ type, when }) => row(type, paint.dim(when))),
  ])
  const chains = scenarios.flatMap(({ name, what, steps }) => row(name, `${what} ${paint.dim(steps.join(' → '))}`))
  const own = samples.flatMap(({ name, eventType, delivery }) => {
    const from = delivery === null ? '' : `, from delivery ${delivery}`
    return row(name, paint.dim(`${clip(printable(eventType ?? 'no event type'), 60)}${from}`))
  })
  return [
    ...types.slice(1),
    '',
    `${paint.bold('Scenarios')} ${paint.dim('(--scenario NAME)')}`,
    ...chains,
    ...(own.length === 0 ? [] : ['', paint.bold('Your own samples'), ...own]),
    '',
    ...wrapWords('cau.* can also be written cardupdate.*: the gateway uses both.', width).map(line => paint.dim(line)),
  ]
}

/** For scripts, one object a line. */
export const listJson = (samples: readonly Sample[]): object[] => [
  ...catalogue.map(entry => ({ kind: 'event-type', alternative: null, ...entry })),
  ...scenarios.map(({ name, title, what, steps }) => ({ kind: 'journey', name, title, what, steps })),
  ...samples.map(({ name, eventType, createdAt, delivery }) => ({
    kind: 'sample',
    name,
    eventType,
    createdAt,
    delivery,
  })),
]
