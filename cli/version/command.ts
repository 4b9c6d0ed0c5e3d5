/** `hookscope version`, the same as `--version`. */
import { version } from '../../server/lib/version.ts'
import type { AddCommand } from '../shared/options.ts'

export const addVersion: AddCommand = (program, asked) =>
  program
    .command('version')
    .description('print the version; the same as --version')
    .does(
      asked,
      () => ({}),
      async (_, io) => {
        io.stdout.write(`${version}\n`)
        return 0
      },
    )
    .says({ examples: { 'hookscope version': 'for scripts: the number alone on a line' } })
