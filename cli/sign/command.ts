/** The command line of `hookscope sign`. */
import type { Command } from 'commander'
import { addHelp } from '../shared/help.ts'
import type { OfflineOptions } from '../shared/offline.ts'
import {
  type AddCommand,
  addConfigOption,
  addKeyOptions,
  configOf,
  groups,
  option,
  secretsOf,
} from '../shared/options.ts'

export const addSign: AddCommand = (program, asked) => {
  const sign = program
    .command('sign')
    .description('print the signature of a body, as the gateway would send it')
    .argument('[BODY-FILE]', 'the raw body; default, or -: standard input')
  addKeyOptions(sign, groups.sign)
  addConfigOption(sign)
  addHelp(sign, {
    examples: [
      ['hookscope sign body.json --signature-key-file key.txt', "print the X-Signature of the file's bytes"],
      [
        'curl -H "X-Signature: $(hookscope sign body.json)" --data-binary @body.json localhost:3000/webhooks',
        'with the key from HOOKSCOPE_SIGNATURE_KEY',
      ],
    ],
    remarks: ['If both keys are given, it signs with the signature key.'],
    exitCodes: '0 signed · 2 the command line is wrong · 3 cannot run here',
  })
  sign
    .addOption(option('--json', 'one JSON object on standard output', groups.other))
    .action((file: string | undefined, _: unknown, command: Command) => {
      const values = command.optsWithGlobals()
      const options: OfflineOptions = {
        ...secretsOf(values),
        config: configOf(values),
        json: values['json'] === true,
        file: file ?? null,
      }
      asked({
        command: 'sign',
        options,
        run: async io => (await import('./sign.ts')).signCommand(options, io),
      })
    })
}
