/** The command line of `hookscope pending`. */
import type { Command } from 'commander'
import type { PendingOptions } from '../commands/pending.ts'
import { type AddCommand, addStoreOptions, groups, option, settingsOf, text } from './shared.ts'

const pendingHelp = `
Examples:
  hookscope pending
      what waits, the next try first
  hookscope pending hurry 12 13
      try these two now
  hookscope pending cancel all
      end all that waits

Exit codes: 0 done · 1 one of them does not wait · 2 the command line is wrong · 3 cannot run here
`

export const addPending: AddCommand = (program, asked) => {
  const ask = (action: PendingOptions['action'], words: readonly string[], command: Command) => {
    const values = command.optsWithGlobals()
    const options: PendingOptions = {
      settings: settingsOf({ db: values['db'] }),
      config: text(values, 'config') ?? null,
      json: values['json'] === true,
      action,
      words,
    }
    asked({
      command: 'pending',
      options,
      run: async io => (await import('../commands/pending.ts')).pending(options, io),
    })
  }
  const pending = program
    .command('pending')
    .description('triggered events that wait for another try')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .addHelpText('after', pendingHelp)
  const add = (name: string, description: string, isDefault = false) => {
    const command = pending
      .command(name, { isDefault })
      .description(description)
      .helpOption('-h, --help', 'this help')
      .addOption(option('--json', 'one JSON object a line', groups.other))
    addStoreOptions(command)
    return command
  }
  add('list', 'list them; the same as pending alone', true).action((_: unknown, command: Command) =>
    ask('list', [], command),
  )
  add('hurry <ID...>', 'try them now; all for every one').action((words: string[], _: unknown, command: Command) =>
    ask('hurry', words, command),
  )
  add('cancel <ID...>', 'end them; all for every one').action((words: string[], _: unknown, command: Command) =>
    ask('cancel', words, command),
  )
}
