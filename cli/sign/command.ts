/** The command line of `hookscope sign`. */
import { addHelp } from '../shared/help.ts'
import type { OfflineOptions } from '../shared/offline.ts'
import {
  type AddCommand,
  addAction,
  addConfigOption,
  addKeyOptions,
  addOptions,
  configOf,
  flagsIn,
  groups,
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
    examples: {
      'hookscope sign body.json --signature-key-file key.txt': "print the X-Signature of the file's bytes",
      'curl -H "X-Signature: $(hookscope sign body.json)" --data-binary @body.json localhost:3000/webhooks':
        'with the key from HOOKSCOPE_SIGNATURE_KEY',
    },
    remarks: ['If both keys are given, it signs with the signature key.'],
    exitCodes: '0 signed · 2 the command line is wrong · 3 cannot run here',
  })
  addOptions(sign, groups.other, { '--json': 'one JSON object on standard output' })
  addAction(
    sign,
    asked,
    (values, [file]): OfflineOptions => ({
      ...secretsOf(values),
      ...flagsIn(values, 'json'),
      config: configOf(values),
      file: file ?? null,
    }),
    async (options, io) => (await import('./sign.ts')).signCommand(options, io),
  )
}
