/** What the tables that cannot be made of others hold, in words. */

const contents: readonly (readonly [table: RegExp, words: string])[] = [
  [/^arrival$/, 'deliveries'],
  [/^attempt/, 'attempts'],
  [/^(hook|hook_history)$/, 'hooks'],
  [/^verdict_history$/, 'earlier verdicts'],
  [/^setting$/, 'settings'],
  [/^simulat/, 'simulations'],
  [/^sample$/, 'samples'],
  [/^check_/, 'checks'],
  [/^unfinished$/, 'notes of what was not finished'],
]

export const contentOf = (table: string): string => contents.find(([tables]) => tables.test(table))?.[1] ?? table
