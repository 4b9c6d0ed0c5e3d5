/** What the command lines of `hookscope hooks` say, as it was typed. */
import type { SignatureChoice } from '../../core/hooks/console.ts'
import type { SecretOptions } from '../../server/config/secrets.ts'
import type { CommonOptions } from '../shared/options.ts'

/** The window's fields; null where they were not given. */
export interface FieldFlags {
  readonly label: string | null
  /** A URL, or `own`. */
  readonly url: string | null
  /** Event types, families as `ach.*`, or `all`; several in one word are parted by commas. */
  readonly events: readonly string[]
  readonly authentication: 'none' | 'basic' | null
  readonly signature: SignatureChoice | null
  /** `[EVENTS=]URL` each, or `none` alone. */
  readonly forward: readonly string[]
}

/** A mock response; null where nothing was given. */
export interface MockResponseFlags {
  readonly off: boolean
  readonly status: string | null
  readonly headers: readonly string[]
  readonly body: string | null
  readonly delay: string | null
  readonly failNext: string | null
  readonly failEvery: string | null
  readonly failWith: string | null
}

export interface HooksCommandOptions extends SecretOptions, CommonOptions {
  readonly action: 'list' | 'add' | 'edit' | 'remove' | 'restore' | 'mock'
  /** A hook's label or id; null where none was named. */
  readonly hook: string | null
  readonly fields: FieldFlags
  readonly mockResponse: MockResponseFlags
  /** Asks nothing before it deletes. */
  readonly yes: boolean
  /** Whether stored deliveries are checked again after a secret changed; null: the person is asked. */
  readonly verifyAgain: boolean | null
}
