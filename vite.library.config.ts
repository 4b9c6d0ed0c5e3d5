/** Bundles what shops import: one file for each entry, without a dependency, as module and as CommonJS. The mode names the entry. */
import { defineConfig } from 'vite'

const entries: Readonly<Record<string, string>> = {
  verify: 'core/library/verify.ts',
  testing: 'server/testing/testing.ts',
}

export default defineConfig(({ mode }) => {
  const entry = entries[mode]
  if (entry === undefined) throw new Error(`--mode names what is built: ${Object.keys(entries).join(' or ')}`)
  return {
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      minify: 'oxc' as const,
      // Who bundles it further minifies it anyhow: a module may be as small as CommonJS.
      rolldownOptions: { external: ['node:http'], output: { minify: true } },
      lib: {
        entry: { [mode]: entry },
        formats: ['es' as const, 'cjs' as const],
        fileName: (format, name) => `${name}.${format === 'es' ? 'mjs' : 'cjs'}`,
      },
    },
  }
})
