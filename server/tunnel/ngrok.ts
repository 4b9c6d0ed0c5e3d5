/** ngrok's own program with the user's account: one domain that stays. */
import { z } from 'zod'
import type { ChildNotes } from '../lib/children.ts'
import { openProgram, type ProgramLine } from './program.ts'
import type { Opening, Provider } from './provider.ts'
import { quoted } from './wire.ts'

/** What ngrok is started with. */
export interface NgrokOptions {
  /** The receiver's port on 127.0.0.1. */
  readonly port: number
  readonly askMs: number
  /** Its environment, which may have NGROK_AUTHTOKEN; the program is looked for on this PATH. */
  readonly environment: NodeJS.ProcessEnv
  readonly children: ChildNotes
  /** One of the account's domains; null: the one that ngrok gives. */
  readonly publicUrl: string | null
}

const whereFrom =
  'Get it from https://ngrok.com/download and put it on the PATH, or choose another way: hookscope tunnels'

/** A line of its log, as agent 3 writes it with `--log-format json`; the names of the levels are its own. */
const logSchema = z.object({
  lvl: z.string(),
  msg: z.string(),
  url: z.url({ protocol: /^https$/ }).optional(),
  err: z.string().optional(),
})

/** Starts the program, and again when it ended. */
export function ngrok({ port, askMs, environment, children, publicUrl }: NgrokOptions): Provider {
  const url = publicUrl === null ? [] : ['--url', publicUrl]
  return {
    trusted: false,
    settleMs: 0,
    patience: 4,
    open: (signal, events) =>
      openProgram(
        {
          name: 'ngrok',
          args: ['http', `127.0.0.1:${port}`, '--log', 'stdout', '--log-format', 'json', ...url],
          environment,
          askMs,
          url: null,
          saysReady: false,
          whereFrom,
          read: readNgrokLine,
          explain: said => (said === null ? null : explainNgrok(said)),
          children,
        },
        signal,
        events,
      ),
  }
}

/** Reads one line of its log, or of what it says on standard error when it gives up (`ERROR:  …`). */
export function readNgrokLine(line: string): ProgramLine {
  const entry = logSchema.safeParse(parsed(line))
  if (!entry.success) {
    const message = /^ERROR:\s+(\S.*)$/.exec(line)?.[1]
    return message === undefined ? null : { kind: 'error', message }
  }
  const { lvl, msg, url, err } = entry.data
  if (msg === 'started tunnel' && url !== undefined) return { kind: 'url', url: url.replace(/\/$/, '') }
  if (!/^(?:eror|crit)$/.test(lvl) || err === undefined || err === '<nil>') return null
  const meaning = explainNgrok(err)
  // It tries for ever with what its service has refused for good.
  return meaning?.kind === 'hopeless' ? { kind: 'over', opening: meaning } : { kind: 'error', message: err }
}

/** What a code of https://ngrok.com/docs/errors means here; null where it is none of those. */
export function explainNgrok(said: string): Exclude<Opening, { readonly kind: 'open' }> | null {
  const code = /ERR_NGROK_(\d+)/.exec(said)?.[1]
  if (/^(?:4018|105|106|107)$/.test(code ?? ''))
    return {
      kind: 'hopeless',
      reason: `ngrok has no authtoken that its service takes (ERR_NGROK_${code}).`,
      hint: 'Copy it from https://dashboard.ngrok.com/get-started/your-authtoken and run: ngrok config add-authtoken TOKEN',
    }
  if (code === '334')
    return { kind: 'failed', reason: 'The ngrok domain is still held by another session (ERR_NGROK_334).' }
  if (code === '108')
    return { kind: 'failed', reason: 'The ngrok account has as many agents running as it may (ERR_NGROK_108).' }
  if (code !== undefined)
    return {
      kind: 'failed',
      reason: `ngrok refuses the tunnel: “${quoted(said)}” (https://ngrok.com/docs/errors/err_ngrok_${code})`,
    }
  return null
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
