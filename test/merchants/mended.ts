/** The code that the readiness check hands out, put together as its first lines say: a whole endpoint, in a folder of its own. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Framework, type RemedyName, remedyFor } from '../../core/check/remedies.ts'
import { emptyFolder } from '../helpers/command.ts'
import { ownCode } from './mended-own.ts'

/** What the route does with an event. */
export type Act = Extract<RemedyName, 'once' | 'answerFirst' | 'unknownTypes'>

/** How the pieces of a stack become a program. */
export interface Assembly {
  readonly framework: Framework
  /** Packages that are installed under another name than the code imports: by that name, the installed one. */
  readonly packages?: Readonly<Record<string, string>>
  /** The files of the program by name; `endpoint.mjs` is started and says `port N`. */
  files(pieces: Pieces): Readonly<Record<string, string>>
}

export interface Pieces {
  /** The route with the act in it and broken JSON answered. */
  readonly route: string
  /** The same, the last lines of `credentials` first in it and its other lines above. */
  readonly guardedRoute: string
  readonly code: (name: RemedyName) => string
}

/** Puts code where a line stands, as far indented. @throws when there is no such line */
function inPlaceOf(line: RegExp, code: string, by: string): string {
  const found = new RegExp(`^( *)${line.source}\\n`, 'm').exec(code)
  if (found === null) throw new Error(`There is no line ${line} in:\n${code}`)
  const indented = by.replace(/^(?=.)/gm, found[1] ?? '')
  return code.replace(found[0], () => `${indented}\n`)
}

/** Modules whose names several pieces import are imported once, as an editor would do it. */
export function mergeImports(code: string): string {
  const names = new Map<string, Set<string>>()
  const rest = code.replace(/^import \{ (.+) \} from '(.+)'\n/gm, (_, list: string, module: string) => {
    names.set(module, new Set([...(names.get(module) ?? []), ...list.split(', ')]))
    return ''
  })
  const imports = [...names].map(([module, list]) => `import { ${[...list].join(', ')} } from '${module}'`)
  return [...imports, rest].join('\n')
}

function piecesOf(framework: Framework, act: Act): Pieces {
  const code = (name: RemedyName) => remedyFor(name, framework)
  const parsed = inPlaceOf(/const event = JSON\.parse\(.+\)/, code('signature'), code('brokenJson'))
  const route = inPlaceOf(/\/\/ … your work\n.*/, parsed, code(act))
  const [last = '', ...before] = code('credentials').split('\n\n').reverse()
  return {
    code,
    route,
    get guardedRoute() {
      const body = /^ *(const body = .+)$/m.exec(route)?.[1] ?? ''
      const guarded = inPlaceOf(/const body = .+/, route, `${last}\n${body}`)
      return [...before.reverse(), guarded].join('\n\n')
    },
  }
}

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** @returns the path of a program that says `port N`, and tells at /orders how many it has */
export function mendedEndpoint({ framework, packages = {}, files }: Assembly, act: Act): string {
  const folder = emptyFolder()
  symlinkSync(modules, join(folder, 'node_modules'), 'junction')
  for (const [name, installed] of Object.entries(packages)) {
    const link = join(folder, 'app', 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(modules, installed), link, 'junction')
  }
  mkdirSync(join(folder, 'app'), { recursive: true })
  const written = { 'own.mjs': ownCode, ...files(piecesOf(framework, act)) }
  for (const [name, text] of Object.entries(written)) writeFileSync(join(folder, 'app', name), mergeImports(text))
  return join(folder, 'app', 'endpoint.mjs')
}
