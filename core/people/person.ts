/** Who uses a shared inspector: roles, what is known of a person, and the limits of accounts. */

/** From the one that may least; each may what those before it may. */
export const roles = ['viewer', 'developer', 'owner'] as const
export type Role = (typeof roles)[number]

/** What each role is there for: `a viewer, who …`. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'sees deliveries and attempts',
  developer: 'sees deliveries, and replays, simulates, checks, pins and deletes them',
  owner: 'may do everything: change hooks, keys, forwarding and people, too',
}

/** Whoever is signed in. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: Role
  /** The id of the session, which opens nothing. */
  readonly session: string
  /** A laptop's session may only what its `hookscope listen --from` needs. */
  readonly kind: 'browser' | 'laptop'
  /** The laptop's name; null for a browser. */
  readonly laptop: string | null
  /** When this session last gave a second factor, milliseconds since 1970. */
  readonly secondFactorAt: number | null
  readonly hasSecondFactor: boolean
}

/** So long a second factor opens Hooks, milliseconds. */
export const secondFactorMs = 15 * 60_000
/** So long an invitation, or a link to set a new password, can be used, milliseconds. */
export const invitationMs = 72 * 3_600_000
/** Characters of a password. */
export const passwordLength = { least: 12, most: 128 } as const
/** Characters of a person's name, of a laptop's and of a passkey's. */
export const longestName = 100
export const longestEmail = 254

/** @returns when what needs a fresh second factor needs another one, milliseconds since 1970; null: it needs one now */
export function freshUntil({ secondFactorAt }: Pick<Person, 'secondFactorAt'>, now: number): number | null {
  const until = secondFactorAt === null ? 0 : secondFactorAt + secondFactorMs
  return until > now ? until : null
}
