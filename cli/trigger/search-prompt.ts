/** One of many at the terminal, found by typing; on standard error. */
import { stderr } from 'node:process'
import type { Choice } from '../shared/window-prompts.ts'

export interface Findable<Value> extends Choice<Value> {
  /** What is looked through, in lower case. */
  readonly words: string
}

/** Whether every word that was typed is somewhere in a choice's words. */
export const isFound = (typed: string, { words }: Pick<Findable<unknown>, 'words'>): boolean =>
  typed
    .toLowerCase()
    .split(/\s+/)
    .every(word => words.includes(word))

/** @returns null where the person gave up */
export async function chooseByTyping<Value extends string>(
  question: string,
  choices: readonly Findable<Value>[],
): Promise<Value | null> {
  const { autocomplete, isCancel } = await import('@clack/prompts')
  const answer = await autocomplete<string>({
    message: question,
    options: choices.map(({ words: _, ...option }) => option),
    filter: (typed, { value }) => choices.some(choice => choice.value === value && isFound(typed, choice)),
    maxItems: 12,
    output: stderr,
  })
  return isCancel(answer) ? null : (choices.find(({ value }) => value === answer)?.value ?? null)
}
