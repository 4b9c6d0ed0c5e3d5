/** The key by which processes behind one public URL know each other’s probes: whoever starts first makes it. */
import { randomBytes } from 'node:crypto'
import { whereStoreCan } from '../store/problem.ts'
import type { SettingStore } from '../store/store.ts'

export interface ProbeKey {
  /** As it is now. */
  now(): Uint8Array
  close(): void
}

const name = 'probe-key'
const keyBytes = 32

/** @throws StoreUnavailable */
export async function openProbeKey(settings: SettingStore): Promise<ProbeKey> {
  const kept = async () => {
    const text = await settings.get(name)
    return text === null ? null : Buffer.from(text, 'base64url')
  }
  let key = await kept()
  if (key === null) await settings.set(name, randomBytes(keyBytes).toString('base64url'))
  const read = async () => {
    key = (await kept()) ?? key
  }
  // Who starts at the same time may have made another.
  const stop = settings.onChanged(() => void whereStoreCan(read))
  await read()
  return { now: () => key ?? randomBytes(keyBytes), close: stop }
}
