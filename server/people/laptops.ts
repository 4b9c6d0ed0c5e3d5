/** Laptops: `hookscope listen --from` gets a token by a code that its person confirms in a browser (RFC 8628). */
import { longestName } from '../../core/people/person.ts'
import { lacksSecondFactor } from '../../core/people/roles.ts'
import type { LaptopView } from '../../core/people/views.ts'
import { signedToken } from './auth.ts'
import { type Caller, headersFor } from './caller.ts'
import { accepted, type Ground, who } from './ground.ts'
import { needsBrowser, PeopleProblem, secondFactorProblem } from './problem.ts'
import type { Sessions } from './sessions.ts'

/** Of RFC 8628: what a client reads. */
export interface OAuthAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Laptops {
  /** Begins for a laptop. @param name of the laptop, as its person will see it */
  code(caller: Caller, given: { readonly client: string; readonly name: string }): Promise<OAuthAnswer>
  /** What a laptop polls. */
  token(
    caller: Caller,
    given: { readonly client: string; readonly grant: string; readonly deviceCode: string },
  ): Promise<OAuthAnswer>
  /** Shows who asks, before it is confirmed. @throws PeopleProblem 401, 404, 429 */
  look(caller: Caller, code: string): Promise<LaptopView>
  /** @throws PeopleProblem 401; 403 without a fresh second factor, or for a viewer; 404; 409 when it was answered before */
  answer(caller: Caller, code: string, connect: boolean): Promise<LaptopView>
}

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

export function openLaptops({ auth, tables, names, bounds, audit }: Ground, sessions: Sessions): Laptops {
  const bare = (code: string) => code.replace(/[^a-z0-9]/gi, '').toUpperCase()

  async function person(caller: Caller) {
    const found = await sessions.person(caller)
    if (found.kind === 'laptop') throw needsBrowser()
    return found
  }

  /** What a person's further laptop is called: two of one name would look alike wherever it says who sent an attempt. */
  async function freeName(of: string, name: string): Promise<string> {
    const taken = new Set(await sessions.laptopNames(of))
    for (let count = 2, free = name; ; count += 1) {
      if (!taken.has(free)) return free
      free = `${name.slice(0, longestName - 1 - String(count).length)} ${count}`
    }
  }

  /** Looking at a code makes it the person's own, so that nobody else can answer it. */
  async function look(caller: Caller, code: string): Promise<LaptopView> {
    const wentWell = await bounds.take('laptop', { account: (await person(caller)).id, address: caller.address })
    const response = await accepted(
      auth.api.deviceVerify({
        query: { user_code: bare(code) },
        headers: headersFor(caller, names, ['session']),
        asResponse: true,
      }),
    )
    if (response === null) throw unknownCode()
    const { status, scope }: { status: string; scope?: string | null } = await response.json()
    // Another person's.
    if (scope === undefined) throw unknownCode()
    await wentWell()
    const state = status === 'approved' ? 'connected' : status === 'denied' ? 'refused' : 'pending'
    const { name, address } = asked(scope)
    return { code: bare(code), state, name, knownAs: await freeName((await person(caller)).id, name), address }
  }

  return {
    async code(caller, { client, name }) {
      await bounds.take('laptop-code', { account: null, address: caller.address })
      const scope = JSON.stringify([name.trim().slice(0, longestName) || 'laptop', caller.address])
      return answerOf(
        await auth.api.deviceCode({
          body: { client_id: client, scope },
          headers: headersFor(caller, names, []),
          asResponse: true,
        }),
      )
    },
    async token(caller, { client, grant, deviceCode }) {
      if (grant !== grantType)
        return {
          status: 400,
          body: { error: 'unsupported_grant_type', error_description: `It has to be ${grantType}.` },
        }
      const answer = await answerOf(
        await auth.api.deviceToken({
          body: { client_id: client, grant_type: grantType, device_code: deviceCode },
          headers: headersFor(caller, names, []),
          asResponse: true,
        }),
      )
      const { access_token: token, scope } = answer.body
      if (answer.status !== 200 || typeof token !== 'string') return slowed(deviceCode, answer)
      const session = await sessions.ofToken(token)
      const owner = await tables
        .selectFrom('people_session')
        .innerJoin('people_user', 'people_user.id', 'people_session.userId')
        .select(['people_user.id', 'people_user.email'])
        .where('people_session.id', '=', session)
        .executeTakeFirstOrThrow()
      const name = await freeName(owner.id, asked(String(scope)).name)
      await sessions.markLaptop(session, name)
      await audit.add({ action: 'laptop-connected', who: who(owner), subject: name, address: caller.address })
      return {
        status: 200,
        body: {
          access_token: await signedToken(auth, token),
          token_type: 'Bearer',
          expires_in: 90 * 86_400,
          scope: '',
        },
      }
    },
    look,
    async answer(caller, code, connect) {
      const found = await person(caller)
      const lacks = lacksSecondFactor(found, Date.now())
      if (connect && found.role === 'viewer')
        throw new PeopleProblem(
          403,
          'role',
          'A viewer cannot connect a laptop.',
          'Ask an owner to make you a developer.',
        )
      if (connect && lacks !== null) throw secondFactorProblem(lacks)
      const laptop = await look(caller, code)
      if (laptop.state !== 'pending')
        throw new PeopleProblem(
          409,
          'code-answered',
          'This code was answered already.',
          'Run hookscope listen --from again for a new one.',
        )
      const call = {
        body: { userCode: laptop.code },
        headers: headersFor(caller, names, ['session']),
        asResponse: true,
      } as const
      const response = await accepted(connect ? auth.api.deviceApprove(call) : auth.api.deviceDeny(call))
      if (response === null) throw unknownCode()
      return { ...laptop, state: connect ? 'connected' : 'refused' }
    },
  }

  /** RFC 8628, 3.5: who polls too fast waits five seconds longer each time from then on. */
  async function slowed(deviceCode: string, answer: OAuthAnswer): Promise<OAuthAnswer> {
    if (answer.body['error'] !== 'slow_down') return answer
    const row = await tables
      .updateTable('people_device_code')
      .set(({ eb }) => ({ pollingInterval: eb('pollingInterval', '+', 5000) }))
      .where('deviceCode', '=', deviceCode)
      .where('pollingInterval', '<', 60_000)
      .returning('pollingInterval')
      .executeTakeFirst()
    const seconds = row?.pollingInterval == null ? 60 : row.pollingInterval / 1000
    return { ...answer, body: { ...answer.body, interval: seconds } }
  }
}

function asked(scope: string | null): { name: string; address: string | null } {
  try {
    const [name, address]: unknown[] = JSON.parse(scope ?? '[]')
    return { name: typeof name === 'string' ? name : 'laptop', address: typeof address === 'string' ? address : null }
  } catch {
    return { name: 'laptop', address: null }
  }
}

async function answerOf(response: Response): Promise<OAuthAnswer> {
  if (response.status >= 500) throw new Error(`better-auth answered ${response.status}`)
  return { status: response.status, body: await response.json() }
}

const unknownCode = () =>
  new PeopleProblem(
    404,
    'code-unknown',
    'There is no such code.',
    'Codes last 15 minutes. Look at the laptop’s terminal, or run hookscope listen --from again.',
  )
