/** Passkeys, as the browser makes and uses them. What it gives goes to hookscope as it is. */

import type { auth } from './client.ts'

type Given = Readonly<Record<string, unknown>>
/** What each is sent as. */
type Used = Parameters<(typeof auth)['step-up']['passkey']['$post']>[0]['json']['response']
type Made = Parameters<typeof auth.passkeys.$post>[0]['json']['response']

/** Whether this browser can read what hookscope asks of a passkey. Without a secure origin none can. */
export const canUsePasskeys = (): boolean =>
  'PublicKeyCredential' in window && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'

/** Has the person use a passkey. @throws Error with words for the person */
export const usePasskey = (options: Given): Promise<Used> =>
  asJson(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  )

/** Has the person make a passkey. @throws Error with words for the person */
export const makePasskey = (options: Given): Promise<Made> =>
  asJson(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  )

async function asJson<Json extends Used | Made>(work: () => Promise<Credential | null>): Promise<Json> {
  let credential: Credential | null
  try {
    credential = await work()
  } catch (error) {
    throw new Error(words(error instanceof DOMException ? error.name : ''))
  }
  if (credential instanceof PublicKeyCredential) return credential.toJSON() as unknown as Json
  throw new Error(words(''))
}

function words(name: string): string {
  if (name === 'InvalidStateError') return 'This device already has a passkey for you here. Use that one.'
  return 'No passkey was given: it was canceled, or this device has none. Try again, or use a code.'
}
