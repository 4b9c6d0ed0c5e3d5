/** The command line of `hookscope verify`. */
import { addHelp } from '../shared/help.ts'
import {
  type AddCommand,
  addAction,
  addConfigOption,
  addKeyOptions,
  addOptions,
  configOf,
  flagsIn,
  groups,
  option,
  secretsOf,
  text,
} from '../shared/options.ts'
import type { VerifyCommandOptions } from './verify.ts'

export const addVerify: AddCommand = (program, asked) => {
  const verify = program
    .command('verify')
    .description('check a signature offline, and find out why it is wrong')
    .argument('[BODY-FILE]', 'the raw body; default, or -: standard input')
    .addOption(option('--signature <HEX>', 'the X-Signature, as received', groups.check).makeOptionMandatory())
  addKeyOptions(verify)
  addConfigOption(verify)
  addHelp(verify, {
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
  addOptions(verify, groups.other, { '--json': 'one JSON object on standard output' })
  addAction(
    verify,
    asked,
    (values, [file]): VerifyCommandOptions => ({
      ...secretsOf(values),
      ...flagsIn(values, 'json'),
      config: configOf(values),
      file: file ?? null,
      signature: text(values, 'signature') ?? '',
    }),
    async (options, io) => (await import('./verify.ts')).verifyCommand(options, io),
  )
}
