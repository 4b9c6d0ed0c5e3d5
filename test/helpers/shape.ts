/** The structure of the sources in figures: how full folders are, how deep imports go, which exported names are used twice. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** The folders that hold what is shipped. */
export const layers = ['core', 'server', 'cli', 'ui'] as const

interface Module {
  /** Files whose values this one needs to be loaded, relative to the checkout. */
  readonly values: readonly string[]
  readonly exported: readonly string[]
  readonly lines: number
}

export interface Shape {
  /** Source files of each folder, by its path. */
  readonly folders: ReadonlyMap<string, readonly string[]>
  /** The longest way of static value imports, from the file that is loaded last. */
  readonly chain: readonly string[]
  /** Names that more than one file exports, and these files. */
  readonly shared: ReadonlyMap<string, readonly string[]>
  readonly lines: number
}

/** @param root the checkout's folder */
export function shapeOf(root: string): Shape {
  const modules = readModules(root)
  return {
    folders: grouped([...modules.keys()].map(file => [path.posix.dirname(file), file])),
    chain: longestChain(modules),
    shared: sharedNames(modules),
    lines: [...modules.values()].reduce((sum, { lines }) => sum + lines, 0),
  }
}

function readModules(root: string): Map<string, Module> {
  const modules = new Map<string, Module>()
  for (const layer of layers) {
    for (const entry of readdirSync(path.join(root, layer), { recursive: true, withFileTypes: true })) {
      if (!/\.tsx?$/.test(entry.name) || !entry.isFile()) continue
      const full = path.join(entry.parentPath, entry.name)
      const file = path.relative(root, full).replaceAll(path.sep, '/')
      modules.set(file, readModule(file, readFileSync(full, 'utf8')))
    }
  }
  return modules
}

function readModule(file: string, text: string): Module {
  const values: string[] = []
  const exported: string[] = []
  for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.Latest).statements) {
    const from = valueImport(statement)
    if (from !== null) values.push(path.posix.join(path.posix.dirname(file), from))
    exported.push(...exportedNames(statement))
  }
  return { values, exported, lines: text.split('\n').length - 1 }
}

/** @returns where a statement takes values of the project from; null for one that takes types alone, or from a package */
function valueImport(statement: ts.Statement): string | null {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return null
  const from = statement.moduleSpecifier
  if (from === undefined || !ts.isStringLiteral(from) || !/^\..*\.tsx?$/.test(from.text)) return null
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly ? null : from.text
  const { importClause: clause } = statement
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return null
  const named = clause?.namedBindings
  const isTypesAlone =
    clause?.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every(({ isTypeOnly }) => isTypeOnly)
  return isTypesAlone ? null : from.text
}

function exportedNames(statement: ts.Statement): string[] {
  const isExported = ts.canHaveModifiers(statement)
    ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    : false
  if (isExported !== true) return []
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []))
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  return isNamed && statement.name !== undefined ? [statement.name.text] : []
}

function longestChain(modules: ReadonlyMap<string, Module>): readonly string[] {
  const known = new Map<string, readonly string[]>()
  const from = (file: string): readonly string[] => {
    const found = known.get(file)
    if (found !== undefined) return found
    // The linter refuses circles; one that it does not see must not hang this.
    known.set(file, [file])
    const below = (modules.get(file)?.values ?? []).map(from)
    const chain = [file, ...longest(below)]
    known.set(file, chain)
    return chain
  }
  return longest([...modules.keys()].map(from))
}

const longest = (chains: readonly (readonly string[])[]) =>
  chains.reduce<readonly string[]>((best, chain) => (chain.length > best.length ? chain : best), [])

function sharedNames(modules: ReadonlyMap<string, Module>): Map<string, string[]> {
  // The engines of the Store name alike what does the same for each: PostgreSQL's is the second of each.
  const firstEngine = [...modules].filter(([file]) => !file.includes('store/postgres/'))
  const uses = firstEngine.flatMap(([file, { exported }]) => [...new Set(exported)].map(name => [name, file] as const))
  return new Map([...grouped(uses)].filter(([, { length }]) => length > 1))
}

function grouped(pairs: readonly (readonly [key: string, value: string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}
