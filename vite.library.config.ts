/** Bundles what shops import into their own code: one file without a dependency, for any runtime, as module and as CommonJS. */
import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    minify: 'oxc',
    lib: {
      entry: { verify: 'core/library/verify.ts' },
      formats: ['es', 'cjs'],
      fileName: (format, name) => `${name}.${format === 'es' ? 'mjs' : 'cjs'}`,
    },
  },
})
