/** What the routes about people accept. */
import { z } from 'zod'
import { longestEmail, longestName, roles } from '../../../core/people/person.ts'

/** Longer than any password may be, so that one that is too long is told so, or is simply wrong. */
const password = () => z.string().max(1000)
const email = () => z.string().max(longestEmail * 2)
const code = () => z.string().min(1).max(100)
const name = () => z.string().max(longestName * 4)
const role = () => z.enum(roles)
const secret = () => z.string().min(1).max(200)
/** A browser's credential as JSON; the library checks each part of it. */
const bytes = z.string().max(20_000)
const credential = { id: bytes, rawId: bytes, type: z.literal('public-key') }
const extensions = z.record(z.string(), z.unknown())

export const peopleSchemas = {
  signIn: () => z.strictObject({ email: email(), password: password() }),
  code: () => z.strictObject({ code: code() }),
  givenPassword: () => z.strictObject({ password: password().optional() }),
  newPassword: () => z.strictObject({ current: password(), next: password() }),
  assertion: () =>
    z.strictObject({
      response: z.object({
        ...credential,
        authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
        clientExtensionResults: extensions,
        response: z.object({
          ...{ clientDataJSON: bytes, authenticatorData: bytes, signature: bytes },
          userHandle: bytes.optional(),
        }),
      }),
    }),
  passkey: () =>
    z.strictObject({
      response: z.looseObject({
        ...credential,
        response: z.looseObject({ clientDataJSON: bytes, attestationObject: bytes }),
      }),
      name: name(),
      password: password().optional(),
    }),
  link: () => z.strictObject({ secret: secret() }),
  accept: () => z.strictObject({ secret: secret(), name: name().optional(), password: password() }),
  laptopCode: () => z.object({ code: code() }),
  laptopAnswer: () => z.strictObject({ code: code(), connect: z.boolean() }),
  invite: () => z.strictObject({ email: email(), role: role() }),
  role: () => z.strictObject({ role: role() }),
  audit: () =>
    z.strictObject({
      before: z.coerce.number().int().positive().optional(),
      limit: z.coerce.number().int().min(1).max(500).optional(),
    }),
}
