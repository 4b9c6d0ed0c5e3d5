/** The lines of `--json` that a listener writes of its tunnel, its database, its targets and what waits for them. */
import type { FromStatus } from '../../core/api/from.ts'
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { TunnelStatus } from '../../core/api/tunnel.ts'
import type { AttemptError } from '../../core/deliveries/attempt.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import type { Begins, LinkNews } from '../../server/laptop/link.ts'
import type { NotTaken } from '../../server/sender/forward-outage.ts'
import { goneCount, type LeftNews, type SendNews } from '../../server/sender/leftovers.ts'
import type { TargetNews } from '../../server/sender/target-watch.ts'

/** The way from the public internet changed. `hooks` says what each Hook URL is now. */
export interface TunnelLine {
  readonly kind: 'tunnel'
  readonly state: 'up' | 'down' | 'retrying'
  readonly url: string | null
  readonly reason: string | null
  readonly hooks: readonly { readonly id: string; readonly hookUrl: string | null }[]
}

/** Of `listen --from`: the connection to the server changed. `since` is when it came, or was lost; `hooks` has the ids that deliveries of the hooks there have here; `begins` says where deliveries of a new connection begin: `where-it-ended`, or with what comes now: `new` where nothing came before, `lost` where the server does not know where this laptop stood; or `again`, where its log is another or an older copy, before the two part. */
export interface FromLine extends Pick<FromStatus, 'server' | 'person' | 'laptop' | 'hooks'> {
  readonly kind: 'from'
  readonly state: 'up' | 'retrying' | 'down'
  readonly since: string | null
  readonly reason: string | null
  readonly begins: Begins | null
}

/** Of `listen --from`: what came while this laptop was not connected is here. */
export interface CaughtUpLine {
  readonly kind: 'caught-up'
  readonly count: number
}

/** Of `listen --from`: somebody has to open `url` in a browser, and enter the code. */
export interface SignInLine {
  readonly kind: 'sign-in'
  readonly server: string
  readonly code: string
  readonly url: string
  /** ISO 8601, UTC. */
  readonly expiresAt: string
}

/** Nothing takes connections at a target, or something does again. Not told of one that took them from the start. */
export interface TargetLine {
  readonly kind: 'target'
  readonly target: string
  readonly state: 'up' | 'down'
  /** Why it is down; null when it is not. */
  readonly error: AttemptError | null
  /** Ids of the deliveries that it missed while it was down. */
  readonly missed: readonly number[]
}

/** Something is wrong with the database, how far its repair is, or all is well again (null). Told at the start only of what is wrong. */
export interface StoreLine {
  readonly kind: 'store'
  readonly trouble: StoreTrouble | null
}

/** Deliveries that an earlier run owed to a target go out now. */
export interface ResumedLine {
  readonly kind: 'resumed'
  readonly target: string
  readonly ids: readonly number[]
}

/** Deliveries that were to be sent and are not: they are kept, and `hookscope replay id:…` sends them. */
export interface LeftLine extends Pick<LeftNews, 'kind' | 'target' | 'why' | 'ids'> {}

/** Deliveries that waited for a target were deleted, or dropped by the limits of what is kept, before they were sent. */
export interface GoneLine {
  readonly kind: 'gone'
  readonly target: string
  /** At a start at most the newest thousand. */
  readonly ids: readonly number[]
  /** Of all. */
  readonly count: number
}

/** So many deliveries wait for a target that no more are queued until half of them are sent; a `left` line names what was not. */
export interface QueueFullLine {
  readonly kind: 'queue-full'
  readonly target: string
  readonly waiting: number
}

/** A target takes no connections, or cut one off before an answer: deliveries are tried again for so many milliseconds. */
export interface RetryingLine {
  readonly kind: 'retrying'
  readonly target: string
  readonly why: NotTaken
  readonly ms: number
}

/** These are not tried again: they are kept, and can be replayed. Of what was `cut-off` the app may have read all. */
export interface GaveUpLine {
  readonly kind: 'gave-up'
  readonly target: string
  readonly why: NotTaken
  readonly ids: readonly number[]
}

/** @returns null for the states that are no news to a script: no tunnel, and one that is starting */
export function tunnelLine(tunnel: TunnelStatus, hooks: readonly HookView[]): TunnelLine | null {
  if (tunnel.state === 'off' || tunnel.state === 'starting') return null
  return {
    kind: 'tunnel',
    state: tunnel.state,
    url: tunnel.url,
    reason: tunnel.state === 'up' ? null : tunnel.reason,
    hooks: hooks.map(({ id, hookUrl }) => ({ id, hookUrl })),
  }
}

/** @returns null while it is connecting */
export function fromLine(news: LinkNews): FromLine | CaughtUpLine | null {
  if (news.kind === 'caught-up') return { kind: 'caught-up', count: news.count }
  const { status, begins } = news
  const { server, person, laptop, hooks, state } = status
  if (state === 'connecting') return null
  return {
    ...{ kind: 'from', server, person, laptop, hooks, state, begins },
    since: state === 'down' ? null : status.since,
    reason: state === 'up' ? null : status.reason,
  }
}

export function targetLine(news: TargetNews): TargetLine {
  const { target, state } = news
  return news.state === 'down'
    ? { kind: 'target', target, state, error: news.error, missed: [] }
    : { kind: 'target', target, state, error: null, missed: news.missed }
}

export function sendNewsLine(
  news: SendNews,
): ResumedLine | LeftLine | QueueFullLine | GoneLine | RetryingLine | GaveUpLine {
  const { target } = news
  switch (news.kind) {
    case 'resumed':
      return { kind: 'resumed', target, ids: news.ids }
    case 'left':
      return { kind: 'left', target, why: news.why, ids: news.ids }
    case 'gone':
      return { kind: 'gone', target, ids: news.ids, count: goneCount(news) }
    case 'retrying':
      return { kind: 'retrying', target, why: news.why, ms: news.ms }
    case 'gave-up':
      return { kind: 'gave-up', target, why: news.why, ids: news.ids }
    case 'full':
      return { kind: 'queue-full', target, waiting: news.waiting }
  }
}
