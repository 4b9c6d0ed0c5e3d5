/** A piece of SQL with what it binds. */

export type SqlValue = string | number | null
export interface Sql {
  readonly text: string
  readonly values: readonly SqlValue[]
}

export const sql = (text: string, ...values: SqlValue[]): Sql => ({ text, values })
