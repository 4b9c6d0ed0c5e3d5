/** Scripts for a process of their own, bundled with their threads as the tool is. */
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { mendedPostgres } from '../../vite.postgres.ts'
import { threads } from '../../vite.server.config.ts'

/** From here packages are found. */
const built = fileURLToPath(new URL('../../node_modules/.cache/own-process', import.meta.url))

/** @returns the file to start with Node */
export async function bundled(script: URL): Promise<string> {
  const file = fileURLToPath(script)
  const outDir = join(built, basename(file, '.ts'))
  await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [threads, mendedPostgres],
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: {
      ssr: file,
      outDir,
      target: 'node20',
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'script.cjs' } },
    },
  })
  return join(outDir, 'script.cjs')
}
