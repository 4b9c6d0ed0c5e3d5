/** The command line of `hookscope pending`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addStoreOptions, configOf, groups, option, settingsOf } from '../shared/options.ts'
import type { PendingOptions } from './pending.ts'

export const addPending: AddCommand = (program, asked) => {
  const ask = (action: PendingOptions['action'], words: readonly string[], command: Command) => {
    const values = command.optsWithGlobals()
    const options: PendingOptions = {
      settings: settingsOf({ db: values['db'] }),
      config: configOf(values),
      json: values['json'] === true,
      action,
      words,
    }
    asked({
      command: 'pending',
      options,
      run: async io => (await import('./pending.ts')).pending(options, io),
    })
  }
  const pending = program
    .command('pending')
    .description('list, send or cancel triggered events that are queued for a retry')
    .helpCommand(false)
  const exitCodes = '0 done · 1 one of them is not queued · 2 the command line is wrong · 3 cannot run here'
  const examples = {
    list: ['hookscope pending', 'list what is queued, the next attempt first'],
    send: ['hookscope pending send 12 13', 'send these two now'],
    cancel: ['hookscope pending cancel all', 'cancel everything that is queued'],
  } as const
  addHelp(pending, { examples: Object.values(examples), exitCodes })
  const add = (name: keyof typeof examples, operands: string, description: string, isDefault = false) => {
    const command = pending
      .command(`${name}${operands}`, { isDefault })
      .description(description)
      .addOption(option('--json', 'one JSON object per line', groups.other))
    addStoreOptions(command)
    return addHelp(command, { examples: [examples[name]], exitCodes })
  }
  add('list', '', 'list them; the same as pending alone', true).action((_: unknown, command: Command) =>
    ask('list', [], command),
  )
  add('send', ' <ID...>', 'send them now; all for every one').action((words: string[], _: unknown, command: Command) =>
    ask('send', words, command),
  )
  add('cancel', ' <ID...>', 'cancel them; all for every one').action((words: string[], _: unknown, command: Command) =>
    ask('cancel', words, command),
  )
}
