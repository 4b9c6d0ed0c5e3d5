/** The command line of `hookscope pending`. */
import type { AddCommand } from '../shared/options.ts'
import type { PendingOptions } from './pending.ts'

const exitCodes = '0 done · 1 one of them is not queued · 2 the command line is wrong · 3 cannot run here'
const examples = {
  list: { 'hookscope pending': 'list what is queued, the next attempt first' },
  send: { 'hookscope pending send 12 13': 'send these two now' },
  cancel: { 'hookscope pending cancel all': 'cancel everything that is queued' },
} as const

export const addPending: AddCommand = (program, asked) => {
  const pending = program
    .command('pending')
    .description('list, send or cancel triggered events that are queued for a retry')
    .helpCommand(false)
  pending.says({ examples: { ...examples.list, ...examples.send, ...examples.cancel }, exitCodes })
  const add = (action: PendingOptions['action'], operands: string, description: string) =>
    pending
      .command(`${action}${operands}`, { isDefault: action === 'list' })
      .description(description)
      .takesJson('one JSON object per line')
      .takesStore()
      .says({ examples: examples[action], exitCodes })
      .does(
        asked,
        (given, words): PendingOptions => ({ ...given.common(), action, words }),
        async (options, io) => (await import('./pending.ts')).pending(options, io),
      )
  add('list', '', 'list them; the same as pending alone')
  add('send', ' <ID...>', 'send them now; all for every one')
  add('cancel', ' <ID...>', 'cancel them; all for every one')
}
