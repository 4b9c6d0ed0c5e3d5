/** The command lines of `hookscope completion`, and of `hookscope complete`, which the shells call. */
import { Argument } from 'commander'
import type { AddCommand } from '../shared/options.ts'
import { type Shell, shells } from './scripts.ts'

const shellOf = (typed: string | undefined): Shell => shells.find(shell => shell === typed) ?? 'bash'

export const addCompletion: AddCommand = (program, asked) => {
  program
    .command('completion')
    .description('make Tab complete in bash, zsh or fish')
    .addArgument(new Argument('<SHELL>', 'whose script to print').choices(shells))
    .does(
      asked,
      (_, [shell]) => ({ shell: shellOf(shell) }),
      async (options, io) => (await import('./completion.ts')).completion(options, io),
    )
    .says({
      examples: {
        'source <(hookscope completion bash)': 'in ~/.bashrc',
        'source <(hookscope completion zsh)': 'in ~/.zshrc, after compinit',
        'hookscope completion fish > ~/.config/fish/completions/hookscope.fish': 'once',
      },
      remarks: [
        'Tab then completes commands, options, event types, samples of your own, scenarios, hooks and the paths of --set.',
      ],
    })
  program
    .command('complete', { hidden: true })
    .addArgument(new Argument('<SHELL>').choices(shells))
    .argument('[WORDS...]', 'bash: the line up to the cursor; the others: its words, less the first')
    .does(
      asked,
      (_, [shell, ...words]) => ({ shell: shellOf(shell), words }),
      async (options, io) => (await import('./complete.ts')).complete(options, program, io),
    )
}
