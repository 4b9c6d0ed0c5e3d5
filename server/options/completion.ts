/** The command lines of `hookscope completion`, and of `hookscope complete`, which the shells call. */
import { Argument, type Command } from 'commander'
import { type Shell, shells } from '../completion/scripts.ts'
import type { AddCommand } from './shared.ts'

const completionHelp = `
Examples:
  source <(hookscope completion bash)
      in ~/.bashrc
  source <(hookscope completion zsh)
      in ~/.zshrc, after compinit
  hookscope completion fish > ~/.config/fish/completions/hookscope.fish
      once

Tab then completes commands, options, event types, samples of your own, scenarios, hooks and the paths of --set.
`

const shellOf = (typed: string): Shell => shells.find(shell => shell === typed) ?? 'bash'

export const addCompletion: AddCommand = (program, asked) => {
  program
    .command('completion')
    .description('make Tab complete in bash, zsh or fish')
    .addArgument(new Argument('<SHELL>', 'whose script to print').choices(shells))
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', completionHelp)
    .action((shell: string) => {
      const options = { shell: shellOf(shell) }
      asked({
        command: 'completion',
        options,
        run: async io => (await import('../commands/completion.ts')).completion(options, io),
      })
    })
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<SHELL>').choices(shells))
    .argument('[WORDS...]', 'bash: the line up to the cursor; the others: its words, less the first')
    .action((shell: string, words: string[], _: unknown, _command: Command) => {
      const options = { shell: shellOf(shell), words }
      asked({
        command: 'complete',
        options,
        run: async io => (await import('../commands/complete.ts')).complete(options, program, io),
      })
    })
}
