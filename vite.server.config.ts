/** Bundles the command into one CommonJS file; better-sqlite3, a native addon, is the only package left outside. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import packageJson from './package.json' with { type: 'json' }

export const aliases = {
  // localtunnel makes one GET with an old HTTP client that has known holes: give it fetch instead.
  axios: fileURLToPath(new URL('./server/tunnel/axios-shim.ts', import.meta.url)),
  // And it takes URLs apart in a way that newer Node versions warn about.
  url: fileURLToPath(new URL('./server/tunnel/url-shim.ts', import.meta.url)),
}

export default defineConfig({
  define: { __HOOKSCOPE_VERSION__: JSON.stringify(packageJson.version) },
  resolve: { alias: aliases },
  ssr: { noExternal: true, external: ['better-sqlite3'] },
  build: {
    ssr: 'server/cli.ts',
    outDir: 'dist',
    emptyOutDir: false,
    target: 'node20',
    license: { fileName: 'notices-server.md' },
    rolldownOptions: {
      output: { format: 'cjs', entryFileNames: 'hookscope.cjs', chunkFileNames: '[name]-[hash].cjs' },
    },
  },
})
