/** Bundles what shops import: one file for each entry, without a dependency, as module and as CommonJS. The mode names the entry. */
import { defineConfig } from 'vite'

const entries: Readonly<Record<string, string>> = {
  verify: 'core/library/verify.ts',
  testing: 'server/testing/testing.ts',
}

export default defineConfig(({ mode }) => {
  const named = entries[mode]
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
        // Both at once would share a third file; who reads this config without a mode sees both.
        entry: named === undefined ? entries : { [mode]: named },
        formats: ['es' as const, 'cjs' as const],
        fileName: (format, name) => `${name}.${format === 'es' ? 'mjs' : 'cjs'}`,
      },
    },
  }
})
