/** `hookscope trigger` with nothing named, at a terminal: what can be sent, to be found by typing. */
import { catalogue, families, familyLabels } from '../../core/events/catalogue.ts'
import { scenarios } from '../../core/events/generator/scenarios.ts'
import type { Sample } from '../../core/simulate/simulation.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { TriggerOptions } from './options.ts'
import { chooseByTyping, type Findable } from './search-prompt.ts'

type Named = Pick<TriggerOptions, 'words' | 'scenario'>

const typed = (named: string) => ({ words: [named], scenario: null })

/** What is named by each choice: event types by family, then scenarios, then own samples, as `--list` has them. */
export function pickable(samples: readonly Sample[]): readonly (Findable<string> & { readonly named: Named })[] {
  const choices = [
    ...families.flatMap(family =>
      catalogue
        .filter(entry => entry.family === family)
        .map(({ type, when }) => ({ label: type, hint: when, group: familyLabels[family], named: typed(type) })),
    ),
    ...scenarios.map(({ name, title, what }) => ({
      label: `scenario ${name}`,
      hint: what,
      group: title,
      named: { words: [], scenario: name },
    })),
    ...samples.map(({ name, eventType }) => ({
      label: `sample ${name}`,
      hint: clip(printable(eventType ?? 'no event type'), 60),
      group: '',
      named: typed(name),
    })),
  ]
  return choices.map(({ group, ...choice }) => ({
    ...choice,
    value: choice.label,
    words: `${group} ${choice.label} ${choice.hint}`.toLowerCase(),
  }))
}

/** @returns null where the person gave up */
export async function askWhat(samples: readonly Sample[]): Promise<Named | null> {
  const choices = pickable(samples)
  const chosen = await chooseByTyping('What should the gateway send?', choices)
  return choices.find(({ value }) => value === chosen)?.named ?? null
}
