/** The command line of `hookscope sign`. */
import type { Command } from 'commander'
import type { OfflineOptions } from '../commands/offline.ts'
import { type AddCommand, addConfigOption, addKeyOptions, groups, option, secretsOf, text } from './shared.ts'

const signHelp = `
Examples:
  hookscope sign body.json --signature-key-file key.txt
      the X-Signature of the file's bytes, alone on a line
  curl -H "X-Signature: $(hookscope sign body.json)" --data-binary @body.json http://localhost:3000/webhooks
      with the key from HOOKSCOPE_SIGNATURE_KEY

When both keys are known it signs with the signature key.

Exit codes: 0 signed · 2 the command line is wrong · 3 cannot run here
`

export const addSign: AddCommand = (program, asked) => {
  const sign = program
    .command('sign')
    .description('write the signature of a body, as the gateway would')
    .argument('[BODY-FILE]', 'the raw body; default, or -: standard input')
    .helpOption('-h, --help', 'this help')
    .addHelpText('after', signHelp)
  addKeyOptions(sign)
  addConfigOption(sign)
  sign
    .addOption(option('--json', 'one JSON object on standard output', groups.other))
    .action((file: string | undefined, _: unknown, command: Command) => {
      const values = command.optsWithGlobals()
      const options: OfflineOptions = {
        ...secretsOf(values),
        config: text(values, 'config') ?? null,
        json: values['json'] === true,
        file: file ?? null,
      }
      asked({
        command: 'sign',
        options,
        run: async io => (await import('../commands/sign.ts')).sign(options, io),
      })
    })
}
