/** The program with all of its commands, ready to parse. */
import { Command } from 'commander'
import { version } from '../version.ts'
import { addCheck } from './check.ts'
import { addCompletion } from './completion.ts'
import { addHooks } from './hooks.ts'
import { addListen, listenByDefault } from './listen.ts'
import { addPending } from './pending.ts'
import { addReplay } from './replay.ts'
import { addSamples } from './samples.ts'
import type { AddCommand, Asked } from './shared.ts'
import { addSign } from './sign.ts'
import { addTrigger } from './trigger.ts'
import { addVerify } from './verify.ts'

/** In the order the help lists them. */
const commands: readonly AddCommand[] = [
  addListen,
  addReplay,
  addHooks,
  addTrigger,
  addPending,
  addSamples,
  addCheck,
  addVerify,
  addSign,
  addCompletion,
]

/**
 * The program, ready to parse.
 * @param asked called with the command that was asked for
 */
export function buildProgram(asked: (what: Asked) => void): Command {
  const program = new Command('hookscope')
    .description(
      "Receives, checks, keeps, shows, forwards and replays the payment gateway's webhooks on your own machine.",
    )
    .usage('[listen] [options]')
    .version(version, '-V, --version', 'the version')
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .helpCommand('help [command]', 'help for a command')
  listenByDefault(program, asked)
  for (const add of commands) add(program, asked)
  return program
}
