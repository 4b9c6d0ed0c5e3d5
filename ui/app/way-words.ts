/** The way that deliveries come, in words: by the tunnel, or from the server. */
import { fromWords } from '../../core/api/from-words.ts'
import { tunnelWords } from '../../core/api/tunnel-words.ts'
import { now } from '../kit/time.ts'
import { isGone, status, tunnelNow } from './listener.ts'

export const wayWords = () => {
  const from = isGone.value ? undefined : status.value?.from
  return from === undefined ? tunnelWords(tunnelNow.value, now.value) : fromWords(from, now.value)
}
