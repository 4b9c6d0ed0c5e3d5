/** What /auth/*, /api/people and /api/audit answer. Times are ISO 8601, UTC, unless they say otherwise. */
import type { Person, Role } from './person.ts'

/** GET /auth/me */
export interface MeView {
  /** `shared`: people sign in. `local`: one person at 127.0.0.1, who gives a second factor for Hooks (`listen --two-factor`). */
  readonly mode: 'shared' | 'local'
  readonly person: Pick<Person, 'id' | 'name' | 'email' | 'role' | 'hasSecondFactor'>
  readonly secondFactor: SecondFactorView
}

export interface SecondFactorView {
  /** Whether an authenticator was set up and confirmed. */
  readonly authenticator: boolean
  readonly passkeys: readonly PasskeyView[]
  /** How many are left; 0 where none were made. */
  readonly recoveryCodes: number
  /** Until when Hooks are open, milliseconds since 1970; null: they ask for a second factor. */
  readonly freshUntil: number | null
}

export interface PasskeyView {
  readonly id: string
  readonly name: string
  readonly createdAt: string | null
}

/** What a second factor can be given by. */
export type Factor = 'authenticator' | 'recovery-code' | 'passkey'

/** POST /auth/sign-in */
export type SignInView =
  | { readonly signedIn: true }
  /** The password was right, and one of these is needed, within 10 minutes. */
  | { readonly signedIn: false; readonly factors: readonly Factor[] }

/** Codes that are shown once. */
export interface RecoveryCodesView {
  readonly recoveryCodes: readonly string[]
}

/** POST /auth/second-factor/authenticator */
export interface AuthenticatorView extends RecoveryCodesView {
  /** `otpauth://…`, for a QR code. */
  readonly uri: string
  /** The same secret in letters, to type in. */
  readonly secret: string
}

export interface FreshView {
  /** Milliseconds since 1970. */
  readonly freshUntil: number
}

export interface SessionView {
  readonly id: string
  readonly kind: 'browser' | 'laptop'
  /** The laptop's name; null for a browser. */
  readonly laptop: string | null
  readonly address: string | null
  readonly userAgent: string | null
  readonly createdAt: string
  /** To the day. */
  readonly usedAt: string
  readonly isCurrent: boolean
}

/** POST /auth/invitation: what a link is for. */
export interface InvitationView {
  readonly kind: 'join' | 'reset'
  readonly email: string
  readonly role: Role
  readonly expiresAt: string
}

export interface PersonView {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly hasSecondFactor: boolean
  readonly createdAt: string
  /** How many are open, laptops among them. */
  readonly sessions: number
  readonly laptops: number
  /** When one of them was last used, to the day; null: none is open. */
  readonly seenAt: string | null
}

export interface PendingInvitationView {
  readonly id: string
  readonly kind: 'join' | 'reset'
  readonly email: string
  readonly role: Role
  readonly invitedBy: string | null
  readonly createdAt: string
  readonly expiresAt: string
}

/** GET /api/people */
export interface PeopleView {
  readonly people: readonly PersonView[]
  readonly invitations: readonly PendingInvitationView[]
}

/** A link that is shown once: only its digest is kept. */
export interface LinkView {
  readonly link: string
  readonly email: string
  readonly expiresAt: string
}

/** GET /auth/laptop?code=: what asks to be connected. */
export interface LaptopView {
  readonly code: string
  /** As it calls itself. */
  readonly name: string
  /** As it is called here: with a number where the person has another one of that name. */
  readonly knownAs: string
  /** Where it asked from. */
  readonly address: string | null
  readonly state: 'pending' | 'connected' | 'refused'
}
