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
  [/^people_user$/, 'people'],
  [/^people_(session|device_code)$/, 'sessions'],
  [/^people_(account|verification)$/, 'passwords'],
  [/^people_(two_factor|used_code)$/, 'authenticators'],
  [/^people_passkey$/, 'passkeys'],
  [/^people_invitation$/, 'invitations'],
  [/^people_audit$/, 'audit list'],
  [/^people_/, 'settings of people'],
]

export const contentOf = (table: string): string => contents.find(([tables]) => tables.test(table))?.[1] ?? table

/** Whether a table holds people who sign in, their sessions and what they did. */
export const isPeople = (table: string): boolean => /^people_[a-z_]+$/.test(table)
