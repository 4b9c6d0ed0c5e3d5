/** The command line of `hookscope sign`. */
import type { OfflineOptions } from '../shared/offline.ts'
import { type AddCommand, groups } from '../shared/options.ts'

export const addSign: AddCommand = (program, asked) =>
  program
    .command('sign')
    .description('print the signature of a body, as the gateway would send it')
    .argument('[BODY-FILE]', 'the raw body; default, or -: standard input')
    .takesKeys(groups.sign)
    .takesConfig()
    .says({
      examples: {
        'hookscope sign body.json --signature-key-file key.txt': "print the X-Signature of the file's bytes",
        'curl -H "X-Signature: $(hookscope sign body.json)" --data-binary @body.json localhost:3000/webhooks':
          'with the key from HOOKSCOPE_SIGNATURE_KEY',
      },
      remarks: ['If both keys are given, it signs with the signature key.'],
      exitCodes: '0 signed · 2 the command line is wrong · 3 cannot run here',
    })
    .takesJson()
    .does(
      asked,
      (given, [file]): OfflineOptions => ({
        ...given.secrets(),
        ...given.flags('json'),
        config: given.config(),
        file: file ?? null,
      }),
      async (options, io) => (await import('./sign.ts')).signCommand(options, io),
    )
