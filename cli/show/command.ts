/** The command line of `hookscope show`. */
import { type AddCommand, groups } from '../shared/options.ts'
import { curlShells, shownParts } from './parts.ts'
import type { ShowOptions } from './show.ts'

export const addShow: AddCommand = (program, asked) =>
  program
    .command('show')
    .description('one delivery whole')
    .argument('<ID>', 'as hookscope list shows it')
    .takes(groups.look, {
      '--body': 'the body alone, byte for byte',
      '--headers': 'the header lines alone, as received',
      '--curl': 'a curl command that sends it again',
      '--fixture': 'a test for vitest or Jest that posts it to your app, signed with a test key',
      '--html <FILE>': 'saves it as a page to read and to print, masked',
      '--related': 'with --html: its related events as well',
    })
    .takesOneOf(groups.look, '--shell <SHELL>', 'with --curl: whose quotes; default: sh', curlShells)
    .takesJson()
    .takesStore()
    .says({
      examples: {
        'hookscope show 12': 'why it was rejected, what your app said, headers and body',
        'hookscope show 12 --body > body.json': 'exactly the bytes that were received',
        'hookscope show 12 --curl': 'as a command, to send it from a script',
        'hookscope show 12 --html sale.html --related': 'what happened to a sale, for a ticket',
      },
      remarks: ['Credentials are masked. Where standard output is a terminal, nothing in a delivery can steer it.'],
      exitCodes: '0 done · 1 there is no such delivery · 2 the command line is wrong · 3 cannot run here',
    })
    .does(
      asked,
      (given, [id = '']): ShowOptions => ({
        ...given.common(),
        id,
        ...given.texts('html'),
        ...given.flags('related'),
        shell: curlShells.find(known => known === given.text('shell')) ?? null,
        parts: shownParts.filter(name => given.values[name] !== undefined),
      }),
      async (options, io) => (await import('./show.ts')).show(options, io),
    )
