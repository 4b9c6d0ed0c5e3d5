import { defineConfig } from 'vitest/config'
import packageJson from './package.json' with { type: 'json' }
import { aliases } from './vite.server.config.ts'

export default defineConfig({
  define: { __HOOKSCOPE_VERSION__: JSON.stringify(packageJson.version) },
  resolve: { alias: aliases },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    server: { deps: { inline: ['localtunnel'] } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
