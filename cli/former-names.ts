/** Names that the command line had before. They stay valid, are read as those of today, and are shown nowhere. */
import type { Command } from 'commander'

type Renamed = readonly (readonly [former: string, now: string])[]

/** The commands of a command, by its name. */
const commands: Readonly<Record<string, Renamed>> = {
  hooks: [['rehearse', 'mock']],
  pending: [['hurry', 'send']],
}

/** The options of a command, by its name. */
const options: Readonly<Record<string, Renamed>> = {
  hookscope: [['-V', '--version']],
  trigger: [
    ['--journey', '--scenario'],
    ['--weather', '--fault'],
  ],
}

/** @param word may be a command of `command`, in either name */
export const commandNow = (command: Command, word: string): string =>
  (commands[command.name()] ?? []).find(([former]) => word === former)?.[1] ?? word

/** @param word an option of `command`, in either name, with `=` and its value where it has one */
export function optionNow(command: Command, word: string): string {
  for (const [former, now] of options[command.name()] ?? [])
    if (word === former || word.startsWith(`${former}=`)) return now + word.slice(former.length)
  return word
}
