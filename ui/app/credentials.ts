/** With what something is authenticated and signed, while it is typed in: as a webhook in the console. */
import type { SignatureChoice } from '../../core/hooks/console.ts'
import type { Authentication, SigningKey } from '../../core/hooks/hook.ts'
import { showToast } from '../kit/toasts.ts'

export interface CredentialsDraft {
  readonly authentication: Authentication['kind']
  readonly username: string
  readonly password: string
  readonly signature: SignatureChoice
  readonly key: string
}

export const noCredentials: CredentialsDraft = {
  authentication: 'none',
  username: '',
  password: '',
  signature: 'none',
  key: '',
}

export type CredentialField = 'username' | 'password' | 'key'

/** What is missing or wrong, by field. @param keyMissing what to say of a key that is not there */
export function credentialProblems(
  { authentication, username, password, signature, key }: CredentialsDraft,
  keyMissing: string,
): Record<CredentialField, string | null> {
  const basic = authentication === 'basic'
  return {
    username: basic ? userNameProblem(username) : null,
    password: basic && password === '' ? 'Enter the password.' : null,
    key: signature !== 'none' && key === '' ? keyMissing : null,
  }
}

function userNameProblem(name: string): string | null {
  if (name === '') return 'Enter the user name.'
  return name.includes(':') ? 'A Basic user name cannot hold a colon.' : null
}

/** Only for a draft without problems. */
export function credentialsOf({ authentication, username, password, signature, key }: CredentialsDraft): {
  readonly authentication: Authentication
  readonly key: SigningKey | null
} {
  return {
    authentication: authentication === 'none' ? { kind: 'none' } : { kind: 'basic', username, password },
    key: signature === 'none' ? null : { kind: signature, key },
  }
}

/** Says why a form was filled and nothing was sent. @param what whose keys are not kept: “a check” */
export function askForKeysAgain(what: string): void {
  showToast(`Enter the keys again: hookscope does not store the keys of ${what}.`)
}
