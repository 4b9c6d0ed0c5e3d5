/** better-auth as it is used here: passwords, sessions, factors and laptops, on tables and cookies of ours. None of its routes is public. */
import { createHash, createHmac } from 'node:crypto'
import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { bearer } from 'better-auth/plugins/bearer'
import { deviceAuthorization } from 'better-auth/plugins/device-authorization'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { passwordLength } from '../../core/people/person.ts'
import { addressHeader, type CookieNames } from './caller.ts'
import type { PeopleDatabase } from './database.ts'

/** The one client of the device flow. */
export const laptopClient = 'hookscope'
/** Where a laptop's code is typed in. */
export const laptopPath = '/laptop'
/** Sessions of browsers last so long after they were used, seconds. */
const sessionSeconds = 7 * 86_400

export interface AuthOptions {
  readonly database: PeopleDatabase
  /** As the browser knows the inspector: scheme, host and port. */
  readonly origin: string
  /** The first signs and seals, all open. */
  readonly secrets: readonly string[]
  /** Whether second factors are set up without a password: the one person of `listen --two-factor` has none. */
  readonly isLocal: boolean
}

export type Auth = ReturnType<typeof openAuth>

/** A key of its own from each secret, since hooks are sealed with one of the same. */
const derived = (secret: string) => createHmac('sha256', secret).update('hookscope people 1').digest('base64')
/** Says which key sealed something; stays as keys are exchanged. */
const numberOf = (key: string) => createHash('sha256').update(key).digest().readUInt32BE() >>> 1

export function openAuth({ database, origin, secrets, isLocal }: AuthOptions) {
  const [first, ...others] = secrets.map(derived)
  if (first === undefined) throw new Error('openAuth needs a secret')
  const isSecure = origin.startsWith('https://')
  return betterAuth({
    // Transactions of SQLite would hold up the store's, which is another connection in this thread.
    database: { db: database.tables, type: database.engine, transaction: database.engine === 'postgres' },
    baseURL: origin,
    basePath: '/auth',
    secrets: [first, ...others].map(value => ({ version: numberOf(value), value })),
    secret: first,
    appName: 'hookscope',
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
    },
    user: {
      modelName: 'people_user',
      additionalFields: { role: { type: 'string', required: true, input: false, defaultValue: 'viewer' } },
    },
    session: {
      modelName: 'people_session',
      expiresIn: sessionSeconds,
      // What must be fresh is a second factor, which is asked for here.
      freshAge: 0,
      additionalFields: {
        secondFactorAt: { type: 'date', required: false, input: false },
        laptop: { type: 'string', required: false, input: false },
      },
    },
    account: { modelName: 'people_account' },
    verification: { modelName: 'people_verification' },
    advanced: {
      // `__Host-` cannot be set by another host of the domain; better-auth's own prefix would be `__Secure-`.
      useSecureCookies: false,
      cookiePrefix: isSecure ? '__Host-hookscope' : 'hookscope',
      defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: 'strict', path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { validateSchema: false },
    },
    plugins: [
      twoFactor({
        issuer: 'hookscope',
        schema: { twoFactor: { modelName: 'people_two_factor' } },
        allowPasswordless: isLocal,
      }),
      passkey({
        rpName: 'hookscope',
        rpID: new URL(origin).hostname,
        origin,
        advanced: { webAuthnChallengeCookie: 'passkey' },
        schema: { passkey: { modelName: 'people_passkey' } },
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        // A passkey stands for both factors, so its own (a finger, a PIN) has to have been asked for.
        registration: {
          afterVerification: ({ verification }) => needsVerifiedPerson(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) => needsVerifiedPerson(verification.authenticationInfo.userVerified),
        },
      }),
      deviceAuthorization({
        expiresIn: '15m',
        interval: '5s',
        verificationUri: laptopPath,
        validateClient: client => client === laptopClient,
        schema: { deviceCode: { modelName: 'people_device_code' } },
      }),
      // A token without its signature is what a copy of the database has.
      bearer({ requireSignature: true }),
    ],
  })
}

function needsVerifiedPerson(isVerified: boolean | undefined): void {
  if (isVerified !== true) throw new APIError('UNAUTHORIZED', { message: 'The person was not verified.' })
}

/** A session's token as a client carries it. */
export async function signedToken(auth: Auth, token: string): Promise<string> {
  const { secret } = await auth.$context
  return `${token}.${createHmac('sha256', secret).update(token).digest('base64')}`
}

export async function cookieNames(auth: Auth): Promise<CookieNames> {
  const { createAuthCookie } = await auth.$context
  return {
    of: {
      session: createAuthCookie('session_token').name,
      'two-factor': createAuthCookie('two_factor').name,
      passkey: createAuthCookie('passkey').name,
    },
  }
}
