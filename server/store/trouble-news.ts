/** Of all that a store tells of its troubles, what is worth a line: each trouble once, and its repair in a few steps. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { StoreHealth } from './store.ts'

/** So many lines tell how far a repair is. */
const steps = 4

const newsOf = (trouble: StoreTrouble | null) =>
  trouble && JSON.stringify([trouble.message, trouble.rebuilding && stepOf(trouble.rebuilding)])

const stepOf = ({ done, of }: { readonly done: number; readonly of: number }) =>
  of === 0 ? 0 : Math.floor((done / of) * steps)

/** What was told this long ago is told again, milliseconds: a disk that is just about full comes and goes. */
const againMs = 10_000

/** @returns a function that stops the calls */
export function onTroubleNews(
  health: Pick<StoreHealth, 'trouble' | 'onTrouble'>,
  listener: (trouble: StoreTrouble | null) => void,
): () => void {
  let reported: string | null = null
  let timer: NodeJS.Timeout | undefined
  const toldAt = new Map<string | null, number>()

  function tell(trouble: StoreTrouble | null): void {
    const news = newsOf(trouble)
    clearTimeout(timer)
    if (news === reported) return
    const wait = againMs - (performance.now() - (toldAt.get(news) ?? Number.NEGATIVE_INFINITY))
    if (wait > 0) {
      timer = setTimeout(() => tell(health.trouble()), wait).unref()
      return
    }
    reported = news
    toldAt.set(news, performance.now())
    listener(trouble)
  }

  tell(health.trouble())
  const stop = health.onTrouble(tell)
  return () => {
    clearTimeout(timer)
    stop()
  }
}
