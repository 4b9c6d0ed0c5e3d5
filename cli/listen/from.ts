/** `hookscope listen --from`: what does not go with it, and how this machine signs in at the server. */
import { hostname } from 'node:os'
import { jsonText } from '../../core/text/text.ts'
import { dataFolder, type TextOptions } from '../../server/config/config.ts'
import { optionName, type Settings, type TextField } from '../../server/config/settings.ts'
import { readServer } from '../../server/laptop/call.ts'
import type { LinkOptions } from '../../server/laptop/link.ts'
import { type SignInCode, signIn } from '../../server/laptop/sign-in.ts'
import { tokenFile } from '../../server/laptop/token-file.ts'
import { isDatabaseUrl } from '../../server/lib/database-url.ts'
import { UserError, usageError } from '../../server/lib/errors.ts'
import { startBrowser } from '../shared/browser.ts'
import type { Io } from '../shared/io.ts'
import type { SignInLine } from '../shared/json-news.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { signInLines } from './from-lines.ts'

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

/** Signs in where that was not done before. @throws UserError */
export async function signedInLink({ from, hooks, json, open, signal }: FromOptions, io: Io): Promise<LinkOptions> {
  const { environment } = io
  const server = readServer(from)
  const kept = tokenFile(dataFolder(), server)
  const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true
  const elsewhere = ['CI', 'SSH_CONNECTION', 'SSH_TTY'].some(name => (environment[name] ?? '') !== '')
  const opens = open ?? (isTerminal && !elsewhere)

  function tell(code: SignInCode): void {
    const out = json ? io.stderr : io.stdout
    const line: SignInLine = {
      kind: 'sign-in',
      server: server.origin,
      code: code.code,
      url: code.url,
      expiresAt: code.expiresAt,
    }
    if (json) io.stdout.write(`${jsonText(line)}\n`)
    const lines = signInLines(server, code, { paint: paintFor(out, environment), width: widthOf(out) })
    out.write(`${lines.join('\n')}\n`)
    if (opens) void startBrowser(code.fullUrl)
  }
  async function signInAnew(): Promise<string> {
    kept.forget()
    const token = await signIn({ server, name: hostname(), tell, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
      throw new UserError('This laptop was not signed in.', 'Start again for a new code.')
    })
    kept.write(token)
    return token
  }
  return {
    ...{ server, hooks, isAttended: isTerminal },
    token: kept.read() ?? (await signInAnew()),
    async signIn(former) {
      const token = kept.read()
      // Another hookscope of this user was signed in meanwhile.
      if (token !== null && token !== former) return token
      // A script that is not looked at would wait for a code that nobody enters. Its next start asks for one.
      if (!isTerminal) kept.forget()
      return isTerminal ? signInAnew() : null
    },
  }
}
