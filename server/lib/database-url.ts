/** Which database is meant: a file, or by a URL one of a PostgreSQL server. */

export const isDatabaseUrl = (db: string): boolean => /^postgres(?:ql)?:\/\//i.test(db)

/** As it may be shown: without a password. */
export function shownDatabase(db: string): string {
  if (!isDatabaseUrl(db)) return db
  try {
    const url = new URL(db)
    url.password = ''
    url.searchParams.delete('password')
    return url.href
  } catch {
    return db.replace(/:\/\/[^@]*@/, '://').replace(/([?&]password=)[^&]*/gi, '$1')
  }
}
