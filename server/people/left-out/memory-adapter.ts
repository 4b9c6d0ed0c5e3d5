/** Stands in for better-auth's database in memory when it is bundled: people are always kept. */
export function memoryAdapter(): never {
  throw new Error('People need a database.')
}
