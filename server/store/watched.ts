/** A store whose failures are noted, whichever of its methods meets them. */
import type { Health, Part } from './health.ts'

/** Where the name of a method is not the name of its part. */
const parts: Readonly<Record<string, Part>> = { 'deliveries.append': 'log' }

/**
 * The same object; each of its methods, those of objects in it included, notes what it fails with and that it worked.
 * @param name begins the names of its parts
 */
export function watched<Kind extends object>(store: Kind, health: Health, name = ''): Kind {
  const made = new Map<PropertyKey, unknown>()
  function watch(method: string, value: unknown): unknown {
    if (typeof value === 'object' && value !== null) return watched(value, health, `${method}.`)
    if (typeof value !== 'function') return value
    const part = parts[method] ?? method
    return (...given: unknown[]) => {
      const failed = (error: unknown) => {
        throw health.failed(part, error)
      }
      try {
        const result: unknown = Reflect.apply(value, store, given)
        if (result instanceof Promise)
          return result.then((answer: unknown) => {
            health.worked(part)
            return answer
          }, failed)
        health.worked(part)
        return result
      } catch (error) {
        return failed(error)
      }
    }
  }
  return new Proxy(store, {
    get(target, key) {
      if (!made.has(key)) made.set(key, watch(`${name}${String(key)}`, Reflect.get(target, key)))
      return made.get(key)
    },
  })
}
