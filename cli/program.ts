/** The program with all of its commands, ready to parse. */
import { version } from '../server/lib/version.ts'
import { addBackup } from './backup/command.ts'
import { addCheck } from './check/command.ts'
import { addCompletion } from './completion/command.ts'
import { addDoctor } from './doctor/command.ts'
import { addExport } from './export/command.ts'
import { addHooks } from './hooks/command.ts'
import { addImport } from './import/command.ts'
import { addList } from './list/command.ts'
import { addListen, listenByDefault, listenExitCodes } from './listen/command.ts'
import { addMcp } from './mcp/command.ts'
import { addMigrate } from './migrate/command.ts'
import { addOpen } from './open/command.ts'
import { addPending } from './pending/command.ts'
import { addRepair } from './repair/command.ts'
import { addReplay } from './replay/command.ts'
import { addSamples } from './samples/command.ts'
import { addServe } from './serve/command.ts'
import { helpConfiguration } from './shared/help.ts'
import { type AddCommand, type Asked, CommandLine, groups, option } from './shared/options.ts'
import { addShow } from './show/command.ts'
import { addSign } from './sign/command.ts'
import { addStatus } from './status/command.ts'
import { addTail } from './tail/command.ts'
import { addTrigger } from './trigger/command.ts'
import { addTunnels } from './tunnels/command.ts'
import { addUsers } from './users/command.ts'
import { addVerify } from './verify/command.ts'
import { addVersion } from './version/command.ts'
import { addWait } from './wait/command.ts'

/** In the order the help lists them. */
const commands: readonly AddCommand[] = [
  addListen,
  addServe,
  addStatus,
  addOpen,
  addTunnels,
  addDoctor,
  addList,
  addShow,
  addWait,
  addTail,
  addExport,
  addImport,
  addReplay,
  addHooks,
  addTrigger,
  addPending,
  addSamples,
  addCheck,
  addMcp,
  addBackup,
  addUsers,
  addMigrate,
  addRepair,
  addVerify,
  addSign,
  addCompletion,
  addVersion,
]

/**
 * The program, ready to parse.
 * @param asked called with the command that was asked for
 */
export function buildProgram(asked: (what: Asked) => void): CommandLine {
  const program = new CommandLine('hookscope')
    .description(
      "Receives, checks, keeps, shows, forwards and replays the payment gateway's webhooks on your own machine.",
    )
    .usage('[command] [options]')
    .optionsGroup(groups.other)
    .version(version, '-v, --version', 'the version')
    .addHelpOption(option('-h, --help', 'this help', groups.other))
    .configureHelp(helpConfiguration)
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .helpCommand('help [command]', 'help for a command')
    .says({
      examples: {
        'hookscope --forward 3000/webhooks --signature-key':
          'ask for the key, verify each delivery and forward it to your app',
        'hookscope trigger transaction.sale.success':
          'in a second terminal: send a sale, signed as the gateway signs it',
        'hookscope replay 1': 'send the first delivery again, byte for byte',
        'hookscope check 3000/webhooks --signature-key': 'examine your app: is it ready to go live?',
      },
      remarks: ['hookscope alone listens: hookscope help listen shows its options.'],
      exitCodes: listenExitCodes,
    })
  listenByDefault(program, asked)
  for (const add of commands) add(program, asked)
  return program
}
