/** What the audit list keeps: changes of hooks, keys and people, and who comes in. Values of keys are never in it. */

/** Each action with its words: `WHO WORDS SUBJECT`. */
export const auditActions = {
  'hook-added': 'added the hook',
  'hook-changed': 'changed the hook',
  'hook-removed': 'deleted the hook',
  'hook-restored': 'restored the hook',
  'key-changed': 'changed the key or password of the hook',
  'mock-response-changed': 'changed the mock response of the hook',
  'forwarding-changed': 'changed where deliveries are forwarded',
  'tunnel-changed': 'changed the tunnel',
  'secret-shown': 'looked at the credentials of the delivery',
  'person-invited': 'invited',
  'invitation-withdrawn': 'withdrew the invitation of',
  'person-joined': 'accepted the invitation',
  'person-removed': 'removed',
  'role-changed': 'changed the role of',
  'person-reset': 'made a link for a new password for',
  'password-reset': 'set a new password by a link',
  'password-changed': 'changed the password',
  'second-factor-on': 'turned the second factor on',
  'second-factor-off': 'turned the second factor off',
  'recovery-codes-made': 'made new recovery codes',
  'recovery-code-used': 'used a recovery code',
  'passkey-added': 'added the passkey',
  'passkey-removed': 'removed the passkey',
  'sign-in': 'signed in',
  'sign-in-failed': 'could not sign in',
  'sign-out': 'signed out',
  'step-up': 'gave a second factor',
  'step-up-failed': 'gave a wrong second factor',
  'sessions-ended': 'ended sessions of',
  'laptop-connected': 'connected the laptop',
} as const satisfies Readonly<Record<string, string>>

export type AuditAction = keyof typeof auditActions

export interface AuditEntry {
  readonly id: number
  /** ISO 8601, UTC. */
  readonly at: string
  readonly action: AuditAction
  /** The e-mail address of who did it, as it was then; null: the command line, or nobody who is known. */
  readonly who: string | null
  /** What it was done to: a hook's id, an e-mail address, a name; null when the action says all. */
  readonly subject: string | null
  /** More in words: fields, roles. */
  readonly detail: string | null
  /** Where the request came from; null for the command line. */
  readonly address: string | null
}
