/** Which tables are made of others. */

/** What is made of the log: each can be dropped and filled anew. Those of full text have tables of their own below them. */
const derivedTables = ['delivery', 'delivery_key', 'delivery_searched', 'delivery_minute', 'counter', 'renewal', 'feed']
const derivedText = /^delivery_gram(_|$)/

export const isDerived = (table: string): boolean => derivedTables.includes(table) || derivedText.test(table)

/** The rows of `delivery` from before, as far as they read; there while the index is being rebuilt, and after a crash until it is. */
export const beforeTable = 'delivery_before'
