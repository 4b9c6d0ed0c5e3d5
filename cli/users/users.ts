/** `hookscope users`: invites, lists, resets and removes the people of a shared hookscope. */
import { existsSync } from 'node:fs'
import type { Role } from '../../core/people/person.ts'
import type { LinkView, PeopleView } from '../../core/people/views.ts'
import { counted, jsonText, printable } from '../../core/text/text.ts'
import { isDatabaseUrl } from '../../server/lib/database-url.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { PeopleProblem } from '../../server/people/problem.ts'
import type { Roster } from '../../server/people/roster.ts'
import type { Io } from '../shared/io.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'

export type UsersAction =
  | { readonly kind: 'list' }
  | { readonly kind: 'invite'; readonly email: string; readonly role: Role | null }
  | { readonly kind: 'reset' | 'remove'; readonly email: string }

export interface UsersOptions extends CommonOptions {
  readonly action: UsersAction
}

/** @returns the exit code */
export async function users(options: UsersOptions, io: Io): Promise<number> {
  const { action, json } = options
  const { settings } = await settingsFor(options, io, { reads: ['db', 'publicUrl'] })
  const { db, publicUrl } = settings
  const makesLink = action.kind === 'invite' || action.kind === 'reset'
  if (makesLink && publicUrl === null)
    throw usageError(
      'Nobody knows yet where the link leads.',
      'Add --public-url https://hooks.example.com, or set HOOKSCOPE_PUBLIC_URL, as hookscope serve has it.',
    )
  const isThere = isDatabaseUrl(db) || existsSync(db)
  if (!isThere && action.kind === 'invite') await makeDatabase(db)
  const print = (line: string) => io.stdout.write(`${line}\n`)
  const { say } = sayingTo(io)
  if (!isThere && action.kind !== 'invite') return nobody(action, say)

  const { openRoster } = await import('../../server/people/roster.ts')
  const roster = await openRoster(db, publicUrl === null ? '' : new URL(publicUrl).origin)
  try {
    switch (action.kind) {
      case 'list': {
        const view: PeopleView = { people: await roster.members.list(), invitations: await roster.inviting.pending() }
        if (view.people.length + view.invitations.length === 0 && !json) return nobody(action, say)
        for (const line of json ? jsonLines(view) : lines(view)) print(line)
        return exitCodes.ok
      }
      case 'invite': {
        const link = await roster.inviting.invite(null, action)
        showLink(link, `${printable(link.email)} can join as ${link.role === 'owner' ? 'an owner' : `a ${link.role}`}`)
        return exitCodes.ok
      }
      case 'reset': {
        const link = await roster.members.reset(null, await idOf(roster, action.email))
        showLink(link, `${printable(link.email)} is signed out, and can set a new password`)
        return exitCodes.ok
      }
      case 'remove':
        await roster.members.remove(null, await idOf(roster, action.email))
        say(`${printable(action.email)} is removed, and signed out.`)
        return exitCodes.ok
    }
  } catch (error) {
    throw error instanceof PeopleProblem ? userError(error) : error
  } finally {
    await roster.close()
  }

  function showLink(link: LinkView, words: string): void {
    if (json) {
      print(jsonText(link))
      return
    }
    say(`${words} by this link, once, until ${timeText(link.expiresAt)}. Give it to nobody else:`)
    print(link.link)
  }
}

/** To the minute: links last for days. */
const timeText = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

const idOf = async ({ members }: Roster, email: string) => (await members.byEmail(email)).id

function nobody(action: UsersAction, say: (line: string) => void): number {
  say('There is nobody yet. hookscope users invite EMAIL makes a link for the first person, who is an owner.')
  return action.kind === 'list' ? exitCodes.ok : exitCodes.failed
}

/** The tables of people stand in a file that is hookscope's. */
async function makeDatabase(db: string): Promise<void> {
  const { openStore } = await import('../../server/store/open-store.ts')
  const store = await openStore({ db, log: () => {} })
  await store.close()
}

function userError({ status, code, message, hint }: PeopleProblem): UserError {
  return new UserError(message, hint, { code, exitCode: status === 404 ? exitCodes.failed : exitCodes.cannotRun })
}

function lines({ people, invitations }: PeopleView): string[] {
  const rows = [
    ...people.map(({ email, role, hasSecondFactor, sessions, laptops, name }) => [
      printable(email),
      role,
      hasSecondFactor ? 'second factor' : 'no second factor',
      laptops === 0 ? counted(sessions, 'session') : `${counted(sessions, 'session')}, ${counted(laptops, 'laptop')}`,
      printable(name),
    ]),
    ...invitations.map(({ email, role, kind, expiresAt }) => [
      printable(email),
      role,
      kind === 'join' ? 'invited' : 'new password',
      `until ${timeText(expiresAt)}`,
      '',
    ]),
  ]
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const jsonLines = ({ people, invitations }: PeopleView): string[] => [
  ...people.map(one => jsonText({ kind: 'person', ...one })),
  ...invitations.map(({ kind, ...one }) => jsonText({ kind: 'invitation', for: kind, ...one })),
]
