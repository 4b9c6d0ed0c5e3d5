import { availableParallelism } from 'node:os'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import packageJson from './package.json' with { type: 'json' }
import { aliases } from './vite.server.config.ts'

const clientFile = /node_modules[\\/]localtunnel[\\/](?:localtunnel|lib[\\/]\w+)\.js/

/** localtunnel is CommonJS, and `require` passes the alias by: tests read it as ES modules, so that they run what is shipped. */
const localtunnelAsModules: Plugin = {
  name: 'localtunnel-as-modules',
  transform(code, id) {
    if (!clientFile.test(id)) return null
    return code
      .replace(/const debug = require\('debug'\)\((.+)\);/, "import debugOf from 'debug'; const debug = debugOf($1);")
      .replace(/const (\{.+\}|\w+) = require\((.+)\);/g, 'import $1 from $2;')
      .replace('module.exports =', 'export default')
  },
}

export default defineConfig({
  plugins: [localtunnelAsModules],
  define: { __HOOKSCOPE_VERSION__: JSON.stringify(packageJson.version) },
  resolve: { alias: aliases },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    server: { deps: { inline: [clientFile] } },
    // Much of the time is spent waiting for processes and clocks: two files at once pay off on the smallest machine, too.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Every wait ends with what it waits for. These end what hangs; a browser and a process that start on a machine with
    // much else to do take a good part of a minute by themselves.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
})
