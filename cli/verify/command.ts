/** The command line of `hookscope verify`. */
import { type AddCommand, groups, option } from '../shared/options.ts'
import type { VerifyCommandOptions } from './verify.ts'

export const addVerify: AddCommand = (program, asked) =>
  program
    .command('verify')
    .description('check a signature offline, and find out why it is wrong')
    .argument('[BODY-FILE]', 'the raw body; default, or -: standard input')
    .addOption(option('--signature <HEX>', 'the X-Signature, as received', groups.check).makeOptionMandatory())
    .takesKeys()
    .takesConfig()
    .says({
      examples: {
        'hookscope verify body.json --signature-key --signature 5bdcc146bf60754e…':
          'ask for the key, and say whether the signature fits; if not, why',
        'curl -s localhost:3000/last-body | hookscope verify --signature "$X_SIGNATURE" --json':
          'the body through a pipe, the key from HOOKSCOPE_SIGNATURE_KEY, one JSON object on standard output',
      },
      remarks: [
        'It needs no network and no database. The file must contain the body byte for byte as received: editors add a line break at the end (hookscope says so if that is the cause).',
      ],
      exitCodes: '0 it fits · 1 it does not · 2 the command line is wrong · 3 cannot run here',
    })
    .takesJson()
    .does(
      asked,
      (given, [file]): VerifyCommandOptions => ({
        ...given.secrets(),
        ...given.flags('json'),
        config: given.config(),
        file: file ?? null,
        signature: given.text('signature') ?? '',
      }),
      async (options, io) => (await import('./verify.ts')).verifyCommand(options, io),
    )
