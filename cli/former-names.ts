/** Names that the command line had before. They stay valid, are read as those of today, and are shown nowhere. */

const commands: Readonly<Record<string, readonly [former: string, now: string]>> = {
  hooks: ['rehearse', 'mock'],
  pending: ['hurry', 'send'],
}

const triggerOptions: readonly (readonly [former: string, now: string])[] = [
  ['--journey', '--scenario'],
  ['--weather', '--fault'],
]

function optionNow(word: string): string {
  for (const [former, now] of triggerOptions)
    if (word === former || word.startsWith(`${former}=`)) return now + word.slice(former.length)
  return word
}

/** @param words what follows the program's name @returns the same, with the names of today */
export function todaysNames(words: readonly string[]): readonly string[] {
  const at = words[0] === 'help' ? 1 : 0
  const [former, now] = commands[words[at] ?? ''] ?? []
  if (now !== undefined && words[at + 1] === former) return words.with(at + 1, now)
  const end = words.indexOf('--')
  return words[at] === 'trigger'
    ? words.map((word, place) => (end >= 0 && place > end ? word : optionNow(word)))
    : words
}
