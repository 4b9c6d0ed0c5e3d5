/** What a caller gives, as JavaScript lets it through: each mistake is told with what to give. */
import type { UserPassword } from '../hooks/origin.ts'

const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? `“${value}”`
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object' && value !== null
        ? 'an object'
        : String(value)

/** @throws TypeError for what is neither a key nor several */
export function keysOf(keys: unknown): readonly string[] {
  const list: unknown = typeof keys === 'string' ? [keys] : keys
  if (!Array.isArray(list)) throw new TypeError(`The key is ${textOf(keys)}: give a string, or several in an array.`)
  return list.map(keyOf)
}

/** @throws TypeError for what is no key */
export function keyOf(key: unknown): string {
  // An environment variable that is not set is undefined in an array.
  if (key === '' || key === undefined)
    throw new TypeError('The key is empty: is the environment variable set that it is read from?')
  if (typeof key !== 'string') throw new TypeError(`The key is ${textOf(key)}: give a string.`)
  return key
}

/** @throws TypeError unless both are there */
export function credentialsOf(basicAuth: UserPassword): UserPassword {
  const given: unknown = basicAuth
  const has = (name: string) =>
    typeof given === 'object' && given !== null && typeof Reflect.get(given, name) === 'string'
  // A string may be the password: it is not repeated.
  if (!has('username') || !has('password'))
    throw new TypeError('basicAuth is incomplete: give { username, password }, both of them strings.')
  return basicAuth
}

/** @throws TypeError for what is no whole number from 0 to `most` */
export function wholeNumber(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new TypeError(`${name} is ${textOf(value)}: give a whole number from 0 to ${most}.`)
}
