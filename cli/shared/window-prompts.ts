/** The questions of a window at the terminal; on standard error. Answers are null where the person gave up. */
import { stderr } from 'node:process'
import { catalogue, type EventType, families, familyLabels } from '../../core/events/catalogue.ts'
import { consoleFields } from '../../core/hooks/console.ts'

/** @param check says what is wrong with what was typed, or undefined */
export async function askLine(
  question: string,
  initialValue: string,
  check: (typed: string) => string | undefined,
): Promise<string | null> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({
    message: question,
    initialValue,
    output: stderr,
    validate: typed => check(typed ?? ''),
  })
  return isCancel(answer) ? null : answer
}

/** As `askText`, without showing what is typed. */
export async function askHidden(
  question: string,
  check: (typed: string) => string | undefined,
): Promise<string | null> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: question, output: stderr, validate: typed => check(typed ?? '') })
  return isCancel(answer) ? null : answer
}

/** The title over a window's questions. */
export async function showTitle(title: string): Promise<void> {
  const { intro } = await import('@clack/prompts')
  intro(title, { output: stderr })
}

export interface Choice<Value> {
  readonly value: Value
  readonly label: string
  /** What it is now, for instance. */
  readonly hint?: string
}

/** One of several. @param initialValue where the cursor stands first */
export async function choose<Value extends string>(
  question: string,
  choices: readonly Choice<Value>[],
  initialValue?: Value,
): Promise<Value | null> {
  const { isCancel, select } = await import('@clack/prompts')
  // The library's options distinguish plain values from others, which a type parameter does not tell.
  const answer = await select<string>({
    message: question,
    options: choices.map(choice => ({ ...choice })),
    ...(initialValue !== undefined && { initialValue }),
    output: stderr,
  })
  return isCancel(answer) ? null : (choices.find(({ value }) => value === answer)?.value ?? null)
}

/** Events of the catalogue, by family; at least one. */
export async function chooseEvents(initialValues: readonly EventType[]): Promise<EventType[] | null> {
  const { groupMultiselect, isCancel } = await import('@clack/prompts')
  const options = Object.fromEntries(
    families.map(family => [
      familyLabels[family],
      catalogue
        .filter(entry => entry.family === family)
        .map(({ type, when }) => ({ value: type, label: type, hint: when })),
    ]),
  )
  const answer = await groupMultiselect<EventType>({
    message: `${consoleFields.events} (space chooses, also a whole family)`,
    options,
    initialValues: [...initialValues],
    required: true,
    output: stderr,
  })
  return isCancel(answer) ? null : answer
}
