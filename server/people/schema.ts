/** The tables of people, step by step, for both engines: those of better-auth as it expects them, and our own. */

/** `{date}` and `{flag}` are what better-auth writes for them on each engine; times of our own are milliseconds. */
const first = `
  CREATE TABLE people_user (
    "id" text NOT NULL PRIMARY KEY, "name" text NOT NULL, "email" text NOT NULL UNIQUE, "emailVerified" {flag} NOT NULL,
    "image" text, "createdAt" {date} NOT NULL, "updatedAt" {date} NOT NULL, "twoFactorEnabled" {flag}, "role" text NOT NULL
  );
  CREATE TABLE people_session (
    "id" text NOT NULL PRIMARY KEY, "expiresAt" {date} NOT NULL, "token" text NOT NULL UNIQUE, "createdAt" {date} NOT NULL,
    "updatedAt" {date} NOT NULL, "ipAddress" text, "userAgent" text,
    "userId" text NOT NULL REFERENCES people_user ("id") ON DELETE CASCADE, "secondFactorAt" {date}, "laptop" text
  );
  CREATE TABLE people_account (
    "id" text NOT NULL PRIMARY KEY, "accountId" text NOT NULL, "providerId" text NOT NULL,
    "userId" text NOT NULL REFERENCES people_user ("id") ON DELETE CASCADE, "accessToken" text, "refreshToken" text,
    "idToken" text, "accessTokenExpiresAt" {date}, "refreshTokenExpiresAt" {date}, "scope" text, "password" text,
    "createdAt" {date} NOT NULL, "updatedAt" {date} NOT NULL
  );
  CREATE TABLE people_verification (
    "id" text NOT NULL PRIMARY KEY, "identifier" text NOT NULL, "value" text NOT NULL, "expiresAt" {date} NOT NULL,
    "createdAt" {date} NOT NULL, "updatedAt" {date} NOT NULL
  );
  CREATE TABLE people_two_factor (
    "id" text NOT NULL PRIMARY KEY, "secret" text NOT NULL, "backupCodes" text NOT NULL,
    "userId" text NOT NULL REFERENCES people_user ("id") ON DELETE CASCADE, "verified" {flag},
    "failedVerificationCount" integer, "lockedUntil" {date}
  );
  CREATE TABLE people_passkey (
    "id" text NOT NULL PRIMARY KEY, "name" text, "publicKey" text NOT NULL,
    "userId" text NOT NULL REFERENCES people_user ("id") ON DELETE CASCADE, "credentialID" text NOT NULL,
    "counter" integer NOT NULL, "deviceType" text NOT NULL, "backedUp" {flag} NOT NULL, "transports" text,
    "createdAt" {date}, "aaguid" text
  );
  CREATE TABLE people_device_code (
    "id" text NOT NULL PRIMARY KEY, "deviceCode" text NOT NULL, "userCode" text NOT NULL, "userId" text,
    "expiresAt" {date} NOT NULL, "status" text NOT NULL, "lastPolledAt" {date}, "pollingInterval" integer,
    "clientId" text, "scope" text
  );
  CREATE INDEX "people_session_userId_idx" ON people_session ("userId");
  CREATE INDEX "people_account_userId_idx" ON people_account ("userId");
  CREATE INDEX "people_verification_identifier_idx" ON people_verification ("identifier");
  CREATE INDEX "people_two_factor_secret_idx" ON people_two_factor ("secret");
  CREATE INDEX "people_two_factor_userId_idx" ON people_two_factor ("userId");
  CREATE INDEX "people_passkey_userId_idx" ON people_passkey ("userId");
  CREATE INDEX "people_passkey_credentialID_idx" ON people_passkey ("credentialID");
  CREATE UNIQUE INDEX "people_device_code_deviceCode_uidx" ON people_device_code ("deviceCode");
  CREATE UNIQUE INDEX "people_device_code_userCode_uidx" ON people_device_code ("userCode");

  -- One-time links: to join with a role, or, where a person is named, to set a new password. The link's secret is not kept.
  CREATE TABLE people_invitation (
    id text NOT NULL PRIMARY KEY, digest text NOT NULL UNIQUE, email text NOT NULL, role text NOT NULL, person text,
    invited_by text, created_at {time} NOT NULL, expires_at {time} NOT NULL, used_at {time}
  );
  -- Codes of authenticators that were taken: each works once.
  CREATE TABLE people_used_code (
    person text NOT NULL, digest text NOT NULL, until {time} NOT NULL, PRIMARY KEY (person, digest)
  );
  -- Failures in a row, by account and by address.
  CREATE TABLE people_limit (key text NOT NULL PRIMARY KEY, count integer NOT NULL, until {time} NOT NULL);
  CREATE TABLE people_audit (
    id {serial}, at {time} NOT NULL, action text NOT NULL, person text, who text, subject text, detail text, address text
  );
`

export const tableSteps: readonly string[] = [first]

const words = {
  sqlite: { date: 'date', flag: 'integer', time: 'integer', serial: 'INTEGER PRIMARY KEY AUTOINCREMENT' },
  postgres: {
    date: 'timestamptz',
    flag: 'boolean',
    time: 'bigint',
    serial: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
  },
} as const

export type Engine = keyof typeof words

/** Columns whose values the engines hold differently, by name: each name is of one kind in all tables. */
export const columnsOfKind = (kind: 'date' | 'flag'): ReadonlySet<string> =>
  new Set(
    tableSteps.flatMap(step =>
      [...step.matchAll(/"(\w+)" \{(\w+)\}/g)].flatMap(([, name, of]) => (of === kind && name ? [name] : [])),
    ),
  )

/** The statements of a step. */
export function statementsOf(step: string, engine: Engine): string[] {
  return step
    .replace(/\{(date|flag|time|serial)\}/g, (_, word: keyof (typeof words)[Engine]) => words[engine][word])
    .replace(/^ *--.*$/gm, '')
    .split(';')
    .map(statement => statement.trim())
    .filter(statement => statement !== '')
}
