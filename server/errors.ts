/** Errors that are meant for the person at the terminal. */

/** What the process ends with. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, cannotRun: 3 } as const

interface UserErrorOptions extends ErrorOptions {
  readonly exitCode?: number
  readonly code?: string
  readonly terminalHint?: string
}

/** An expected failure: printed once, by the cli, as its message and what to do next; never with a stack. */
export class UserError extends Error {
  readonly hint: string
  /** Stands for the hint at a terminal: it may hold a link with a token, which no log should. */
  readonly terminalHint: string
  readonly exitCode: number
  /** What a program knows it by, through the API as well. */
  readonly code: string
  constructor(message: string, hint: string, options: UserErrorOptions = {}) {
    super(message, options)
    this.name = 'UserError'
    this.hint = hint
    this.terminalHint = options.terminalHint ?? hint
    this.exitCode = options.exitCode ?? exitCodes.cannotRun
    this.code = options.code ?? 'refused'
  }
}

/** The code of a simulation that asks for a fault which can have no effect. */
export const faultWithoutEffect = 'fault-without-effect'

export const noSuchDelivery = (id: number): UserError =>
  new UserError(`There is no delivery ${id}.`, 'It may have been deleted, or dropped by retention.', {
    exitCode: exitCodes.failed,
  })
