/** E-mail addresses: one person's in whatever case they are typed. */
import { z } from 'zod'
import { longestEmail } from '../../core/people/person.ts'

const email = z.email().max(longestEmail)

/** @returns null for what is no address */
export function emailOf(text: string): string | null {
  const { data } = email.safeParse(text.trim().toLowerCase())
  return data ?? null
}
