/** Sealed keys of hooks: what opens them, what does not, and how a secret is exchanged. */
import { expect, it } from 'vitest'
import { openSealer, readSecrets } from '../../../server/config/sealed.ts'
import { keptSecrets, sealedAnew, secretsOf } from '../../../server/store/hook-secrets.ts'

const [former, now] = ['4f1d8a0b6c2e9735d1a8f04b7c63e925', '90c7e1b54a3f2d68e07b91c5a4d3f286'] as const
const secrets = {
  signatureKey: 'sk-live-clé-1',
  sourceKey: '_V87Qtb513Cd3vabM7RC0TbtJWeSo8p7',
  basicAuth: { username: 'gateway', password: 'p:ä\u{1f511}' },
}

it('gives back what it sealed, and nothing of it can be read without', () => {
  const sealer = openSealer([now])
  const kept = keptSecrets(secrets, 'main', sealer)
  for (const part of ['sk-live', '_V87', 'gateway', 'p:ä']) expect(kept).not.toContain(part)
  expect(secretsOf(kept, 'main', sealer)).toEqual(secrets)
  // A fresh nonce each time: the same key is not seen to be the same.
  expect(keptSecrets(secrets, 'main', sealer)).not.toBe(kept)
})

it('opens neither for another hook nor for another field', () => {
  const sealer = openSealer([now])
  const kept = keptSecrets(secrets, 'main', sealer)
  expect(() => secretsOf(kept, 'other', sealer)).toThrow('altered in the database, or belongs to another hook')
  const { signatureKey, ...rest } = JSON.parse(kept)
  const exchanged = JSON.stringify({ ...rest, signatureKey: rest.sourceKey, sourceKey: signatureKey })
  expect(() => secretsOf(exchanged, 'main', sealer)).toThrow('altered')
})

it('opens nothing of which a bit was changed, or a part is missing', () => {
  const sealer = openSealer([now])
  const { key, sealed } = sealer.seal('sk-1', 'main', 'signatureKey')
  const bytes = Buffer.from(sealed, 'base64')
  for (let at = 0; at < bytes.length; at += 1) {
    const wrong = Buffer.from(bytes)
    wrong[at] = (wrong[at] ?? 0) ^ 1
    expect(() => sealer.open({ key, sealed: wrong.toString('base64') }, 'main', 'signatureKey')).toThrow('altered')
  }
  for (const length of [0, 12, 27, bytes.length - 1])
    expect(() =>
      sealer.open({ key, sealed: bytes.subarray(0, length).toString('base64') }, 'main', 'signatureKey'),
    ).toThrow('altered')
})

it('says that the secret is another one, or that there is none', () => {
  const kept = keptSecrets(secrets, 'main', openSealer([former]))
  expect(() => secretsOf(kept, 'main', openSealer([now]))).toThrow('sealed with another HOOKSCOPE_SECRET')
  expect(() => sealedAnew(kept, 'main', openSealer([now]))).toThrow('sealed with another HOOKSCOPE_SECRET')
  expect(() => secretsOf(kept, 'main', null)).toThrow('are sealed')
})

it('exchanges a secret: the first seals, all open, and what is sealed by now is left alone', () => {
  const kept = keptSecrets(secrets, 'main', openSealer([former]))
  const both = openSealer([now, former])
  expect(secretsOf(kept, 'main', both)).toEqual(secrets)
  const anew = sealedAnew(kept, 'main', both) ?? ''
  expect(secretsOf(anew, 'main', openSealer([now]))).toEqual(secrets)
  expect(sealedAnew(anew, 'main', both)).toBeNull()
})

it('reads what a laptop kept in clear, seals it, and has nothing to seal of a hook without keys', () => {
  const sealer = openSealer([now])
  const clear = keptSecrets(secrets, 'main', null)
  expect(secretsOf(clear, 'main', sealer)).toEqual(secrets)
  const anew = sealedAnew(clear, 'main', sealer) ?? ''
  expect(secretsOf(anew, 'main', sealer)).toEqual(secrets)
  const none = { signatureKey: null, sourceKey: null, basicAuth: null }
  expect(sealedAnew(keptSecrets(none, 'main', null), 'main', sealer)).toBeNull()
})

it('takes several secrets, and refuses what keeps nothing, without repeating it', () => {
  expect(readSecrets(` ${now},\n${former} `, 'HOOKSCOPE_SECRET')).toEqual([now, former])
  const refusal = (text: string) => {
    try {
      readSecrets(text, 'HOOKSCOPE_SECRET')
      return null
    } catch (error) {
      return String(error)
    }
  }
  expect(refusal('')).toContain('HOOKSCOPE_SECRET is empty')
  expect(refusal(`${now},too-short`)).toContain('Secret 2 of HOOKSCOPE_SECRET is shorter than 32 characters')
  expect(refusal(`${now},too-short`)).not.toContain('too-short')
  expect(refusal('abcabcabc'.repeat(5))).toContain('repeats too few characters')
})
