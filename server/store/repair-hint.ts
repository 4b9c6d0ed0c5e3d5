/** The command that saves what a damaged database still holds. */
import { shellWord } from '../lib/shell-word.ts'

export const repairCommand = (path: string): string => `hookscope repair --db ${shellWord(path)}`

/** A sentence with that command. */
export const repairHint = (path: string): string =>
  `Copy what can still be read into a new file: ${repairCommand(path)}`
