/** `hookscope version`, the same as `--version`. */
import { version } from '../../server/lib/version.ts'
import { addHelp } from '../shared/help.ts'
import { type AddCommand, addAction } from '../shared/options.ts'

export const addVersion: AddCommand = (program, asked) => {
  const command = program.command('version').description('print the version; the same as --version')
  addAction(
    command,
    asked,
    () => ({}),
    async (_, io) => {
      io.stdout.write(`${version}\n`)
      return 0
    },
  )
  addHelp(command, { examples: { 'hookscope version': 'for scripts: the number alone on a line' } })
}
