/**
 * The key by which hookscope knows its own page. It is kept by the browser for this origin, port included, where no other
 * server of this machine sees it, and got once, for the code in the address that a link led to.
 */
import { enterMark, enterPath, keyHeader, keyProtocol, streamProtocol } from '../../core/api/page-key.ts'

const keptAs = 'hookscope.page-key'
const codeKeptAs = 'hookscope.page-code'
const longestMs = 5000

/** Browsers can be told to keep nothing: what needs storage throws there. @returns null then */
function tried<Value>(work: () => Value): Value | null {
  try {
    return work()
  } catch {
    return null
  }
}

/** Of a browser that keeps nothing: good until it reloads. */
let unkept: string | null = null
/** Another page may have got a fresh one meanwhile. */
const current = () => tried(() => localStorage.getItem(keptAs)) ?? unkept

/** The code of a link, also that of the page before in this tab, when it was left before it had its key. */
function takeCode(): string | null {
  if (!location.hash.startsWith(enterMark)) return tried(() => sessionStorage.getItem(codeKeptAs))
  const code = location.hash.slice(enterMark.length)
  history.replaceState(history.state, '', `${location.pathname}${location.search}`)
  tried(() => sessionStorage.setItem(codeKeptAs, code))
  return code
}

/** Gets the key when the page was opened with a link. Call it before anything is asked for. */
export async function enter(): Promise<void> {
  const code = takeCode()
  if (code === null) return
  let answer: unknown
  try {
    const response = await fetch(enterPath, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ code }),
      signal: AbortSignal.timeout(longestMs),
    })
    answer = await response.json()
  } catch {
    // The key of before may still do; without one, the page says what to open.
    return
  }
  tried(() => sessionStorage.removeItem(codeKeptAs))
  if (!(answer instanceof Object) || !('key' in answer) || typeof answer.key !== 'string') return
  const { key } = answer
  unkept = key
  tried(() => localStorage.setItem(keptAs, key))
}

/** Calls when another page of this browser was let in. @returns a function that stops the calls */
export function onKey(listener: () => void): () => void {
  const heard = (event: StorageEvent) => {
    if (event.key === keptAs && event.newValue !== null) listener()
  }
  window.addEventListener('storage', heard)
  return () => window.removeEventListener('storage', heard)
}

/** Whether hookscope let this browser in by a link: on the laptop where it runs, that is. */
export const hasKey = (): boolean => current() !== null

export function keyHeaders(): Record<string, string> {
  const key = current()
  return key === null ? {} : { [keyHeader]: key }
}

/** What a WebSocket offers, since it takes no headers. */
export function keyProtocols(): string[] {
  const key = current()
  return key === null ? [] : [streamProtocol, `${keyProtocol}${key}`]
}
