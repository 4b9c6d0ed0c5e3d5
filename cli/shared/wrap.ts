/** Text as lines that fit a terminal: broken between words, never within one or within a command: URLs, paths and commands can be copied. */
import { stripVTControlCharacters } from 'node:util'

/** How wide a text shows: colours take no room. */
export const widthShown = (text: string) => stripVTControlCharacters(text).length

/** What may follow `hookscope` in a command, beside options and values; as a set, since prose may follow as well. */
const commandWords: ReadonlySet<string> = new Set(
  [
    'listen serve users status open tunnels doctor list show export import wait tail replay hooks trigger pending samples check backup migrate repair verify sign mcp completion version help',
    'add edit remove restore mock send cancel save all invite reset',
  ].flatMap(names => names.split(' ')),
)

const bare = (word: string) =>
  stripVTControlCharacters(word)
    .trim()
    .replace(/[.,;:]$/, '')

/** Whether a word goes on with a command: prose is in small letters. @param isLast the last word of all may be a name */
const isArgument = (word: string, isLast: boolean) =>
  /[^a-z]/.test(bare(word)) || commandWords.has(bare(word)) || (isLast && !/[.,;:]$/.test(word))

/** What a shell takes for one word: it may begin with a quote, and hold whitespace then. */
const shellWords = / *(?:(?:'[^']*'|"[^"]*")[^ ]*|[^ ]+)/g

/** The words of a text; a command of hookscope, which somebody copies, is one of them. */
function wordsOf(text: string): string[] {
  const words = text.match(shellWords) ?? [text]
  const pieces: string[] = []
  let place: 'prose' | 'begun' | 'command' = 'prose'
  for (const [index, word] of words.entries()) {
    const goesOn: boolean =
      place === 'command'
        ? isArgument(word, index === words.length - 1)
        : place === 'begun' && (commandWords.has(bare(word)) || bare(word).startsWith('--'))
    if (goesOn) pieces.push(`${pieces.pop() ?? ''}${word}`)
    else pieces.push(word)
    const isEnd = /[.,;:]$/.test(stripVTControlCharacters(word))
    place = goesOn && !isEnd ? 'command' : stripVTControlCharacters(word).trim() === 'hookscope' ? 'begun' : 'prose'
  }
  return pieces
}

/**
 * Text as lines that break between words, which may be coloured, and not within a command to copy.
 * @param width null: one line
 * @param hanging stands before each line but the first, and counts
 */
export function wrapWords(text: string, width: number | null, hanging = ''): string[] {
  return wrapPieces(wordsOf(text), width, hanging)
}

/** The same of pieces that stay whole; the whitespace that one begins with are left out where a line does. */
export function wrapPieces(
  [first = '', ...others]: readonly string[],
  width: number | null,
  hanging: string,
): string[] {
  const lines = [first]
  for (const piece of others) {
    const last = lines.at(-1) ?? ''
    if (width === null || widthShown(last + piece) <= width) lines[lines.length - 1] = last + piece
    else lines.push(`${hanging}${piece.replace(/^ +/, '')}`)
  }
  return lines
}

/** What something means behind its name, in a column of its own. @param begin the name, padded */
export const besideName = (begin: string, meaning: string, width: number | null): string[] =>
  wrapWords(`${begin}${meaning}`, width, ' '.repeat(widthShown(begin)))
