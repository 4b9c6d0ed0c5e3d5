/** `hookscope listen --from`: what does not go with it, and how this machine signs in at the server. */
import { hostname } from 'node:os'
import { jsonText } from '../../core/text/text.ts'
import { dataFolder, type TextOptions } from '../../server/config/config.ts'
import { optionName, type Settings, type TextField } from '../../server/config/settings.ts'
import type { LinkOptions } from '../../server/laptop/link.ts'
import { readServer } from '../../server/laptop/server-url.ts'
import { type SignInCode, signIn } from '../../server/laptop/sign-in.ts'
import { tokenFile } from '../../server/laptop/token-file.ts'
import { isDatabaseUrl } from '../../server/lib/database-url.ts'
import { UserError, usageError } from '../../server/lib/errors.ts'
import { startBrowser } from '../shared/browser.ts'
import type { Io } from '../shared/io.ts'
import type { SignInLine } from '../shared/json-news.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { otherUrlLines, signInLines } from './from-lines.ts'

/** The gateway sends to the server, which verifies and answers. */
const theServers: readonly TextField[] = [
  ...(['tunnel', 'tunnelHost', 'tunnelRemote', 'tunnelName', 'tunnelTokenFile', 'tunnelDomain', 'subdomain'] as const),
  ...(['publicUrl', 'host', 'label', 'answer'] as const),
]

/** @throws UserError for an option that does not go with `--from` @param secrets whether a key or credentials were given */
export function checkFrom(options: TextOptions, secrets: boolean, { db }: Pick<Settings, 'db'>): void {
  const given = theServers.find(field => options[field] !== undefined)
  const named = given === undefined ? (secrets ? 'A key or credentials' : null) : optionName(given)
  if (named !== null)
    throw usageError(
      `${named} cannot be used with --from: the gateway sends to the server, which verifies and answers.`,
      'Leave it out. What the server does is set there.',
    )
  if (isDatabaseUrl(db))
    throw usageError(
      'What a laptop receives is kept in a file, not in PostgreSQL.',
      'Give --db the path of a file, or leave it out.',
    )
}

/** What settings mean then: no tunnel, and nobody but the server answers the gateway. */
export const settingsWithFrom = (settings: Settings): Settings => ({
  ...settings,
  ...{ tunnel: 'none', publicUrl: null, host: null, answer: 'hookscope' },
})

export interface FromOptions {
  /** As it was typed. */
  readonly from: string
  readonly hooks: readonly string[]
  readonly json: boolean
  /** Whether a browser may be opened; null: at a terminal of this machine. */
  readonly open: boolean | null
  readonly signal: AbortSignal
}

/** So many URLs are followed from the one that was typed. */
const mostHops = 4

/** Signs in where that was not done before. @throws UserError */
export async function signedInLink({ from, hooks, json, open, signal }: FromOptions, io: Io): Promise<LinkOptions> {
  const { environment } = io
  const folder = dataFolder()
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true
  const elsewhere = ['CI', 'SSH_CONNECTION', 'SSH_TTY'].some(name => (environment[name] ?? '') !== '')
  const opens = open ?? (isTerminal && !elsewhere)
  const out = json ? io.stderr : io.stdout
  const style = { paint: paintFor(out, environment), width: widthOf(out) }

  function tell(server: URL, code: SignInCode): void {
    const line: SignInLine = {
      kind: 'sign-in',
      server: server.origin,
      code: code.code,
      url: code.url,
      expiresAt: code.expiresAt,
    }
    if (json) io.stdout.write(`${jsonText(line)}\n`)
    out.write(`${signInLines(server, code, style).join('\n')}\n`)
    if (opens) void startBrowser(code.fullUrl)
  }
  const signInAt = (server: URL) =>
    signIn({ server, name: hostname(), tell: code => tell(server, code), signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
      throw new UserError('This laptop was not signed in.', 'Start again for a new code.')
    })

  /** @returns the server by its own URL, and the token for it */
  async function enter(typed: URL): Promise<{ server: URL; token: string }> {
    const asked: string[] = []
    for (let server = typed; ; ) {
      const kept = tokenFile(folder, server)
      const known = kept.read()
      if (known !== null) return { server, token: known }
      asked.push(server.origin)
      const signed = await signInAt(server)
      if (signed.kind === 'token') {
        kept.write(signed.token)
        return { server, token: signed.token }
      }
      const { server: next } = signed
      if (asked.includes(next.origin) || asked.length > mostHops)
        throw new UserError(
          `${typed.origin} leads in a circle: ${[...asked, next.origin].join(' → ')}.`,
          'Look at its redirects, and at --public-url of hookscope serve.',
        )
      out.write(`${otherUrlLines(server, next, style).join('\n')}\n`)
      server = next
    }
  }
  const { server, token } = await enter(readServer(from))
  const kept = tokenFile(folder, server)
  return {
    ...{ server, hooks, isAttended: isTerminal, token },
    async signIn(former) {
      const now = kept.read()
      // Another hookscope of this user was signed in meanwhile.
      if (now !== null && now !== former) return now
      // A script that is not looked at would wait for a code that nobody enters. Its next start asks for one.
      kept.forget()
      if (!isTerminal) return null
      const signed = await signInAt(server)
      if (signed.kind === 'elsewhere')
        throw new UserError(
          `${server.origin} is ${signed.server.origin} now.`,
          `Start with --from ${signed.server.origin}`,
        )
      kept.write(signed.token)
      return signed.token
    },
  }
}
