/** What people are told when something about them cannot be done, with the status that the API answers. */
import { passwordLength } from '../../core/people/person.ts'

export class PeopleProblem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 422 | 429
  readonly code: string
  readonly hint: string
  /** Seconds to wait, where waiting helps; else null. */
  readonly retryAfter: number | null

  constructor(
    status: PeopleProblem['status'],
    code: string,
    message: string,
    hint: string,
    more: { readonly retryAfter?: number } = {},
  ) {
    super(message)
    this.name = 'PeopleProblem'
    this.status = status
    this.code = code
    this.hint = hint
    this.retryAfter = more.retryAfter ?? null
  }
}

/** The one answer to every sign-in that fails, whatever was wrong. */
export const signInFailed = (): PeopleProblem =>
  new PeopleProblem(
    401,
    'sign-in-failed',
    'That did not sign you in.',
    'Check the e-mail address, the password and the code; each code works once. An owner can make you a link for a new password.',
  )

export const signedOut = (): PeopleProblem =>
  new PeopleProblem(401, 'signed-out', 'Nobody is signed in.', 'Sign in. A session ends after a week without use.')

export const wrongPassword = (): PeopleProblem =>
  new PeopleProblem(403, 'password-wrong', 'That is not your password.', 'Type the password that you sign in with.')

export const wrongCode = (): PeopleProblem =>
  new PeopleProblem(
    403,
    'code-wrong',
    'That code is not valid.',
    'Type the newest code of your authenticator, or a recovery code; each works once.',
  )

export const passkeyFailed = (): PeopleProblem =>
  new PeopleProblem(403, 'passkey-failed', 'The passkey was not accepted.', 'Try again, or use a code instead.')

export const linkInvalid = (): PeopleProblem =>
  new PeopleProblem(
    404,
    'link-invalid',
    'This link is not valid any more.',
    'Each link works once, within 72 hours. Ask an owner for another one.',
  )

export const unknownPerson = (): PeopleProblem =>
  new PeopleProblem(404, 'person-unknown', 'There is no such person.', 'Reload the list.')

export const lastOwner = (): PeopleProblem =>
  new PeopleProblem(
    409,
    'last-owner',
    'That is the last owner.',
    'Make somebody else an owner first: nobody could change hooks or people any more.',
  )

export function checkPassword(password: string): void {
  if (password.length < passwordLength.least || password.length > passwordLength.most)
    throw new PeopleProblem(
      422,
      'password-length',
      `A password has ${passwordLength.least} to ${passwordLength.most} characters.`,
      'Several words are easy to remember and hard to guess.',
    )
}

export const needsBrowser = (): PeopleProblem =>
  new PeopleProblem(403, 'is-laptop', 'A laptop’s token may not do this.', 'Sign in to the inspector in a browser.')

/** The two codes that the inspector opens its dialogs for. */
export const secondFactorProblem = (lacks: 'second-factor-needed' | 'second-factor-missing'): PeopleProblem =>
  lacks === 'second-factor-needed'
    ? new PeopleProblem(
        403,
        lacks,
        'This needs your second factor.',
        'Give a code of your authenticator, a recovery code or a passkey; it counts for 15 minutes.',
      )
    : new PeopleProblem(
        403,
        lacks,
        'This needs a second factor, and you have none yet.',
        'Set up an authenticator or a passkey first; it takes a minute.',
      )

export const secondFactorIsOn = (): PeopleProblem =>
  new PeopleProblem(
    409,
    'authenticator-on',
    'There is no authenticator to set up.',
    'One is set up already, or setting it up was not begun: reload the page.',
  )
