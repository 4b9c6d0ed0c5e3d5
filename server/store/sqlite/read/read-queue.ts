/**
 * What the reading thread is asked next. Who has had the least of it goes first, so that a page of the list never waits for
 * fifty searches over everything; of the long searches the one that came first goes on until it ends, so that some are
 * answered soon instead of all of them late.
 */

/** Who asks: a search asks many questions, one after the other. */
export interface Asker {
  readonly signal: AbortSignal | undefined
  /** It ends soon whatever it finds. */
  readonly isShort: boolean
  /** How long its questions took so far, milliseconds. */
  usedMs: number
}

export interface Question {
  readonly asker: Asker | null
  /** Goes before everything else, and even while nothing else may. */
  readonly isUrgent: boolean
}

export interface ReadQueue<One extends Question> {
  add(one: One): void
  /** Takes the next one out. @param urgentOnly nothing else may be asked now */
  next(urgentOnly: boolean): One | undefined
  /** Takes one out that nobody waits for any more. */
  drop(one: One): void
  /** Takes all out. */
  clear(): One[]
}

/** From so much on a search is a long one, milliseconds. */
const shortMs = 60

export function createReadQueue<One extends Question>(): ReadQueue<One> {
  const urgent: One[] = []
  const fresh: One[] = []
  const short: One[] = []
  const long: One[] = []
  /** The order in which they came first. */
  const places = new WeakMap<Asker, number>()
  let lastPlace = 0
  const lists = [urgent, fresh, short, long]
  const placeOf = ({ asker }: One) => (asker && places.get(asker)) ?? 0
  const usedOf = ({ asker }: One) => asker?.usedMs ?? 0

  return {
    add(one) {
      const { asker, isUrgent } = one
      if (asker && !places.has(asker)) {
        lastPlace += 1
        places.set(asker, lastPlace)
      }
      if (isUrgent) urgent.push(one)
      else if (asker === null || asker.usedMs === 0) fresh.push(one)
      else if (asker.isShort || asker.usedMs < shortMs) short.push(one)
      else long.push(one)
    },
    next(urgentOnly) {
      if (urgentOnly || urgent.length > 0) return urgent.shift()
      return fresh.shift() ?? takeLeast(short, usedOf) ?? takeLeast(long, placeOf)
    },
    drop(one) {
      for (const list of lists) {
        const at = list.indexOf(one)
        if (at >= 0) list.splice(at, 1)
      }
    },
    clear: () => lists.flatMap(list => list.splice(0)),
  }
}

/** Takes the one out for which a number is the smallest; of several the first. */
function takeLeast<One>(list: One[], of: (one: One) => number): One | undefined {
  let least = 0
  for (const [at, one] of list.entries()) if (of(one) < of(list[least] ?? one)) least = at
  return list.splice(least, 1)[0]
}
