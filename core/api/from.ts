/** How `hookscope listen --from` stands with the server that it receives from. */

interface FromFacts {
  /** Its URL, without a path. */
  readonly server: string
  /** Who is signed in there, and what this machine is called; null before the first connection of this run. */
  readonly person: string | null
  readonly laptop: string | null
  /** The hooks there, by the ids that their deliveries have here. */
  readonly hooks: readonly { readonly id: string; readonly label: string }[]
}

export type FromStatus = FromFacts &
  (
    | { readonly state: 'connecting' }
    /** `since` when: ISO 8601, UTC. `behind`: what came before is still being sent. */
    | { readonly state: 'up'; readonly since: string; readonly behind: boolean }
    /** Not connected; tried again at `retryAt`. `since`: when the connection was lost, or was first tried. */
    | { readonly state: 'retrying'; readonly reason: string; readonly since: string; readonly retryAt: string }
    /** Not tried again before somebody does something. */
    | { readonly state: 'down'; readonly reason: string; readonly hint: string }
  )
