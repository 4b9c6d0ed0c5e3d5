/** Errors that are meant for the person at the terminal. */

/** What the process ends with. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, cannotRun: 3 } as const

/** An expected failure: printed once, by the cli, as its message and what to do next; never with a stack. */
export class UserError extends Error {
  readonly hint: string
  readonly exitCode: number
  /** What a program knows it by, through the API as well. */
  readonly code: string
  constructor(message: string, hint: string, options: ErrorOptions & { exitCode?: number; code?: string } = {}) {
    super(message, options)
    this.name = 'UserError'
    this.hint = hint
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
