/** The command line of `hookscope verify`. */
import type { Command } from 'commander'
import type { VerifyOptions } from '../commands/verify.ts'
import { type AddCommand, addConfigOption, addKeyOptions, groups, option, secretsOf, text } from './shared.ts'

const verifyHelp = `
Examples:
  hookscope verify --signature 5bdcc146bf60754e6a042426089575c7… body.json --signature-key
      ask for the key, and say whether it fits; when it does not, why
  curl -s http://localhost:3000/last-body | hookscope verify --signature "$X_SIGNATURE" --json
      the body through a pipe, the key from HOOKSCOPE_SIGNATURE_KEY, one JSON object on standard output

It needs no network and no database. The file has to hold the body byte for byte as it came: editors add a line
break at the end (hookscope says so when that is the cause).

Exit codes: 0 it fits · 1 it does not · 2 the command line is wrong · 3 cannot run here
`

export const addVerify: AddCommand = (program, asked) => {
  const verify = program
    .command('verify')
    .description('check a signature without a listener, and find out why it is wrong')
    .argument('[BODY-FILE]', 'the raw body; default, or -: standard input')
    .addOption(option('--signature <HEX>', 'the X-Signature that came, as it came', groups.check).makeOptionMandatory())
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', verifyHelp)
  addKeyOptions(verify)
  addConfigOption(verify)
  verify
    .addOption(option('--json', 'one JSON object on standard output', groups.other))
    .action((file: string | undefined, _: unknown, command: Command) => {
      const values = command.optsWithGlobals()
      const options: VerifyOptions = {
        ...secretsOf(values),
        config: text(values, 'config') ?? null,
        json: values['json'] === true,
        file: file ?? null,
        signature: text(values, 'signature') ?? '',
      }
      asked({
        command: 'verify',
        options,
        run: async io => (await import('../commands/verify.ts')).verify(options, io),
      })
    })
}
