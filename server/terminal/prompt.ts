/** Questions to the person at the terminal; on standard error, so that standard output stays what it is for. */
import { stderr, stdin } from 'node:process'
import { exitCodes, UserError } from '../errors.ts'
import type { Ask } from '../secrets.ts'
import { placeNow } from './foreground.ts'

/** Whether there is someone to ask: a job in the background of its terminal would be stopped for asking. */
export const canAsk = (): boolean => stdin.isTTY === true && stderr.isTTY === true && placeNow() !== 'background'

const cancelled = () => new UserError('Cancelled.', 'Nothing was done.', { exitCode: exitCodes.failed })

/** Asks without showing what is typed. */
export const askSecret: Ask = async (question, check) => {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: question, output: stderr, validate: typed => check(typed ?? '') })
  if (isCancel(answer)) throw cancelled()
  return answer
}

/** Asks for a line of text. @throws UserError when the question was cancelled */
export async function askText(question: string): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts')
  const answer = await text({ message: question, output: stderr })
  if (isCancel(answer)) throw cancelled()
  return answer ?? ''
}

/** @returns what was chosen; No when the question was cancelled */
export async function askYes(question: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: question, output: stderr })
  return !isCancel(answer) && answer
}
