/** How much of the connections to the server is in use. */
import type { DatabaseConnections } from '../store.ts'
import type { Sql } from './connection.ts'

export interface PoolUse {
  /** Counts what is asked of a pool of so many connections. @returns the same pool */
  counting(pool: Sql, most: number): Sql
  now(): DatabaseConnections
}

/** What was asked of one pool and is not over. */
interface Counted {
  readonly most: number
  under: number
}

export function openPoolUse(): PoolUse {
  const pools = new Set<Counted>()

  return {
    counting(pool, most) {
      const counted: Counted = { most, under: 0 }
      pools.add(counted)
      const over = () => {
        counted.under -= 1
      }
      function during<Result>(work: Promise<Result>): void {
        counted.under += 1
        work.then(over, over)
      }
      /** It is sent when somebody asks for its result: never, where it is a part of another one. */
      function onceAsked(query: unknown): unknown {
        if (!(query instanceof Promise)) return query
        const value: typeof query.then = (...given) => {
          Reflect.deleteProperty(query, 'then')
          during(query)
          return query.then(...given)
        }
        return Object.defineProperty(query, 'then', { value, configurable: true })
      }
      return new Proxy(pool, {
        apply: (target, self, given) => onceAsked(Reflect.apply(target, self, given)),
        get(target, key) {
          if (key === 'unsafe') return (...given: Parameters<Sql['unsafe']>) => onceAsked(target.unsafe(...given))
          if (key === 'begin')
            return (...given: Parameters<Sql['begin']>) => {
              const transaction = target.begin(...given)
              during(transaction)
              return transaction
            }
          if (key === 'end') pools.delete(counted)
          return Reflect.get(target, key)
        },
      })
    },
    now() {
      let [used, waiting, most] = [0, 0, 0]
      for (const pool of pools) {
        used += Math.min(pool.under, pool.most)
        waiting += Math.max(0, pool.under - pool.most)
        most += pool.most
      }
      return { used, waiting, idle: most - used, most }
    },
  }
}
