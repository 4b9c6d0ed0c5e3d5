/** Errors that are meant for the person at the terminal. */
import { printable, printableLines } from '../../core/text/text.ts'

/** What the process ends with. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, cannotRun: 3 } as const

interface UserErrorOptions extends ErrorOptions {
  readonly exitCode?: number
  readonly code?: string
  readonly terminalHint?: string
  readonly count?: number
}

/**
 * An expected failure: printed once, by the cli, as its message and what to do next; never with a stack. Message and hint are
 * one line each, and steer no terminal, whatever they say back of what was typed, read or answered.
 */
export class UserError extends Error {
  readonly hint: string
  /** Stands for the hint at a terminal: it may hold a link with a token, which no log should. */
  readonly terminalHint: string
  readonly exitCode: number
  /** What a program knows it by, through the API as well. */
  readonly code: string
  /** How many things stand in the way, where a program may want to know; else undefined. */
  readonly count: number | undefined
  constructor(message: string, hint: string, options: UserErrorOptions = {}) {
    super(printable(message), options)
    this.name = 'UserError'
    this.hint = printable(hint)
    this.terminalHint = printableLines(options.terminalHint ?? this.hint)
    this.exitCode = options.exitCode ?? exitCodes.cannotRun
    this.code = options.code ?? 'refused'
    this.count = options.count
  }
}

/** What was asked for cannot be done as it was asked: a word, an option or a value is wrong. */
export const usageError = (
  message: string,
  hint: string,
  options: Omit<UserErrorOptions, 'exitCode'> = {},
): UserError => new UserError(message, hint, { ...options, exitCode: exitCodes.usage })

const notShown = '(not shown: it may quote a key)'

/** Whether the language made this error: those of the parsers and of unknown names quote the text that they read. */
export const isOfLanguage = (error: Error): boolean =>
  error instanceof SyntaxError ||
  error instanceof ReferenceError ||
  /^(?:Parse|Syntax|Reference)Error\b/.test(error.message)

/** An error in a line of the log. What quotes text that was read, such as a row of keys, is named without it. */
export function errorLine(error: unknown): string {
  if (error instanceof Error && isOfLanguage(error)) return `${error.name} ${notShown}`
  return printable(String(error).replace(/^(?:Error|StoreUnavailable): /, ''))
}

/** An error that should not have come, for a report: where it came from, and what it says unless that quotes what was read. */
export function surpriseText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? String(error)
  return isOfLanguage(error) ? stack.replace(error.message, () => notShown) : stack
}

/** The code of what asks for a delivery that is not there, as the API says it. */
export const deliveryUnknown = 'delivery-unknown'

/** The code of a simulation that asks for a fault which can have no effect. */
export const faultWithoutEffect = 'fault-without-effect'

export const noSuchDelivery = (id: number): UserError =>
  new UserError(`There is no delivery #${id}.`, 'It may have been deleted, or dropped by retention.', {
    exitCode: exitCodes.failed,
    code: deliveryUnknown,
  })
