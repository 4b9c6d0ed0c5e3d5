/** Cloudflare's own program, started from the PATH: a quick tunnel, or a named one of the user's account. */

import type { ChildNotes } from '../lib/children.ts'
import { explainCloudflared, readCloudflaredLine } from './cloudflared-lines.ts'
import { openProgram } from './program.ts'
import type { Provider } from './provider.ts'

/** What cloudflared is started with. */
export interface CloudflaredOptions {
  /** The receiver's port on 127.0.0.1. */
  readonly port: number
  /** How long the program may take to come up with a URL, in milliseconds. */
  readonly askMs: number
  /** How long its fresh URL is left alone, in milliseconds. */
  readonly settleMs: number
  /** Its environment; the program is looked for on this PATH. */
  readonly environment: NodeJS.ProcessEnv
  readonly children: ChildNotes
  /** A tunnel of the user's account, and the URL that leads to it; null: a quick one. */
  readonly named: NamedTunnel | null
}

/** A tunnel that was made in Cloudflare's dashboard, or by `cloudflared tunnel create`. */
export interface NamedTunnel {
  readonly publicUrl: string
  /** Its name or id, or the file that has its token. */
  readonly by: { readonly name: string } | { readonly tokenFile: string }
}

const whereFrom =
  'Get it from https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/ and put it on the PATH, or choose another way: hookscope tunnels'

/** Starts the program, and again when it ended. Each start of a quick tunnel gives another URL: there is no name to keep. */
export function cloudflared({ port, askMs, settleMs, environment, children, named }: CloudflaredOptions): Provider {
  return {
    trusted: false,
    // A name that is asked for before it is there stays unknown to resolvers for long.
    settleMs: named === null ? settleMs : 0,
    // It repairs its own connections, and a new start means a new URL in the merchant console.
    patience: 8,
    open: (signal, events) =>
      openProgram(
        {
          name: 'cloudflared',
          args: argumentsFor(port, named),
          environment,
          askMs,
          url: named?.publicUrl ?? null,
          saysReady: true,
          whereFrom,
          read: readCloudflaredLine,
          explain: said => explainCloudflared(said),
          children,
        },
        signal,
        events,
      ),
  }
}

function argumentsFor(port: number, named: NamedTunnel | null): string[] {
  const local = ['--url', `http://127.0.0.1:${port}`]
  if (named === null) return ['tunnel', ...local, '--no-autoupdate']
  const by = 'name' in named.by ? ['--', named.by.name] : ['--token-file', named.by.tokenFile]
  return ['tunnel', '--no-autoupdate', 'run', ...local, ...by]
}
