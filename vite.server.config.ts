/**
 * Bundles the command, and the readiness check for test suites, as CommonJS, which both `import` and `require` take;
 * better-sqlite3, a native addon, is the only package left outside.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defineConfig, type Plugin } from 'vite'
import packageJson from './package.json' with { type: 'json' }
import { noticesInside } from './vite.notices.ts'
import { peopleAliases, smallLibraries } from './vite.people.ts'
import { mendedPostgres } from './vite.postgres.ts'

const notices = 'notices-server.md'

export const aliases = {
  // localtunnel makes one GET with an old HTTP client that has known holes: give it fetch instead.
  axios: fileURLToPath(new URL('./server/tunnel/axios-shim.ts', import.meta.url)),
  // And it takes URLs apart in a way that newer Node versions warn about.
  url: fileURLToPath(new URL('./server/tunnel/url-shim.ts', import.meta.url)),
}

/** Chunks carry a hash in their name: those of the build before would be published, too. dist/ui has its own build. */
const withoutOldChunks: Plugin = {
  name: 'without-old-chunks',
  buildStart() {
    const folder = fileURLToPath(new URL('./dist', import.meta.url))
    if (!existsSync(folder)) return
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.cjs')) rmSync(path.join(folder, name))
    }
  },
}

/**
 * `import source from './x.ts?thread'`: the module with all that it imports, as one text for `new Worker(source, { eval: true })`.
 * The tool is one bundled file and its sources are TypeScript, which older Nodes do not run: there is no file that a
 * thread could be started from in both.
 */
export const threads: Plugin = {
  name: 'threads',
  enforce: 'pre',
  async load(id) {
    const [file, query] = id.split('?')
    if (query !== 'thread' || file === undefined) return null
    const built = await build({
      configFile: false,
      logLevel: 'warn',
      // A native addon is in no bundle.
      ssr: { noExternal: true, external: ['better-sqlite3'] },
      build: { ssr: file, write: false, target: 'node20', rolldownOptions: { output: { format: 'cjs' } } },
    })
    if (!('output' in built)) throw new Error(`${file} is not one bundle`)
    const [{ code, moduleIds }] = built.output
    for (const one of moduleIds) this.addWatchFile(one)
    return { code: `export default ${JSON.stringify(code)}`, moduleType: 'js' }
  },
}

export default defineConfig({
  plugins: [withoutOldChunks, threads, mendedPostgres, ...smallLibraries, noticesInside(notices)],
  define: { __HOOKSCOPE_VERSION__: JSON.stringify(packageJson.version) },
  resolve: { alias: { ...aliases, ...peopleAliases } },
  ssr: { noExternal: true, external: ['better-sqlite3'] },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    license: { fileName: notices },
    rolldownOptions: {
      input: { hookscope: 'cli/main.ts', check: 'server/check/check.ts' },
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
    },
  },
})
