import { availableParallelism } from 'node:os'
import type { Plugin } from 'vite'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import packageJson from './package.json' with { type: 'json' }
import { mendedPostgres, postgresFiles } from './vite.postgres.ts'
import { aliases, threads } from './vite.server.config.ts'

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

/** What takes longest, in that order: begun last, it would end alone, on one core. */
const longest = [
  'server/store/postgres/contract',
  'browser/screens',
  'docs/commands',
  'docs/listening',
  // These wait for clocks more than they work.
  'server/sender/time-outs',
  'server/sender/forward-retry',
  'browser/',
  'server/check/matrix',
  'server/check/same-answer',
  'crash',
  'server/check/remedies',
  'server/store/contract',
  'package',
  'cli/replay/replay',
  'cli/side-by-side',
  'cli/listen/',
  'cli/import/',
  'cli/completion/',
  'flow',
  'adversary/',
  'server/check/run',
  'server/store/sqlite/recovery',
  'cli/hooks/hooks-terminal',
  'cli/exit-codes',
  'cli/mcp/',
  'cli/',
]

/** In that order, so that a process serves many files. */
const projects = ['apart', 'together', 'fresh']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Those that share modules come one after the other: a process ends where the next file wants one of its own.
    const place = ({ moduleId, project }: TestSpecification) => {
      const at = longest.findIndex(part => moduleId.includes(`test/${part}`))
      if (at !== -1) return at
      // What has a page is another kind of process.
      return longest.length + projects.indexOf(project.name) + (moduleId.endsWith('.tsx') ? 0.5 : 0)
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

/**
 * Tests of what is pure leave nothing behind, and these of the server close what they open and put back what they change: their
 * processes, and the modules that are loaded in them, serve one file after the other.
 */
const pure = 'test/core/**/*.test.ts'
const server = 'test/server/{api,people,hooks,receiver,serving,lib}/**/*.test.ts'
/** But these start processes. */
const impure = [
  'test/core/http/snippets.test.ts',
  'test/core/check/framework-of.test.ts',
  'test/core/library/requests.test.ts',
]

/** These share processes too, but each begins with modules of its own (`fresh-file.ts`). */
const fresh = [
  'test/ui/**/*.test.{ts,tsx}',
  'test/{adversary,docs}/**/*.test.ts',
  'test/server/{bodies,capture,check,deliveries,diagnose,doctor,laptop,listener}/**/*.test.ts',
  'test/server/{proxy,sender,simulate,testing,tunnel,verify}/**/*.test.ts',
  'test/server/store/{*.test.ts,sqlite/**/*.test.ts}',
  // But the one that puts others in place of modules.
  'test/server/config/!(config-trust).test.ts',
]

/** What the tests, the long ones and the benches have in common. */
export const base = {
  plugins: [localtunnelAsModules, threads, mendedPostgres],
  define: { __HOOKSCOPE_VERSION__: JSON.stringify(packageJson.version) },
  resolve: { alias: aliases },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    sequence: { sequencer: LongestFirst },
    server: { deps: { inline: [clientFile, postgresFiles] } },
    // Much of the time is spent waiting for processes and clocks: two files a core keep the machine at work. With three, and a
    // PostgreSQL among them, browsers wait for their turn.
    maxWorkers: Math.min(8, 2 * availableParallelism()),
    setupFiles: 'test/helpers/after-file.ts',
    // Every wait ends with what it waits for. These end what hangs; a browser and a process that start on a machine with
    // much else to do take a good part of a minute by themselves.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
  },
} satisfies ViteUserConfig

export default defineConfig(({ mode }) => ({
  ...base,
  test: {
    ...base.test,
    globalSetup: ['test/helpers/own-network.ts', 'test/helpers/memory-disk.ts', 'test/helpers/shared-postgres.ts'],
    // A project takes no mode over by itself: `npm run docs` is one.
    projects: [
      {
        extends: true,
        mode,
        test: { name: 'together', include: [pure, server], exclude: impure, isolate: false },
      },
      {
        extends: true,
        mode,
        test: {
          name: 'apart',
          include: ['test/*.test.ts', 'test/!(core)/**/*.test.{ts,tsx}', ...impure],
          exclude: [server, ...fresh],
        },
      },
      {
        extends: true,
        mode,
        test: {
          name: 'fresh',
          include: fresh,
          isolate: false,
          setupFiles: 'test/helpers/fresh-file.ts',
        },
      },
    ],
  },
}))
