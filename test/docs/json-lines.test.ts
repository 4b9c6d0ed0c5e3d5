/** The page of JSON lines names every kind of line and every field of it, as the types have them. */
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { root, textOf } from './pages.ts'

/** The fields of each kind of line, by its name. */
function fieldsByKind(): ReadonlyMap<string, readonly string[]> {
  const path = join(root, 'cli/shared/json-lines.ts')
  const options: ts.CompilerOptions = {
    strict: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  }
  const program = ts.createProgram([path], options)
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(path)
  const alias = file?.statements.filter(ts.isTypeAliasDeclaration).find(({ name }) => name.text === 'JsonLine')
  if (alias === undefined) throw new Error('There is no type JsonLine')
  const union = checker.getTypeAtLocation(alias)
  return new Map(
    (union.isUnion() ? union.types : [union]).map(line => {
      const fields = line.getProperties()
      const [kind] = fields.filter(({ name }) => name === 'kind').map(field => checker.getTypeOfSymbol(field))
      if (!kind?.isStringLiteral()) throw new Error('A line has no kind')
      return [kind.value, fields.map(({ name }) => name).filter(name => name !== 'kind')]
    }),
  )
}

const sections = textOf('docs/reference/json-lines.md').split(/^## /m).slice(1)

it.each([...fieldsByKind()])('%s has its fields in the page', (kind, fields) => {
  const section =
    sections.find(text => text.startsWith(`\`${kind}\``)) ?? sections.find(text => text.includes(`| \`${kind}\` |`))
  expect(fields.length).toBeGreaterThan(0)
  const named = new Set(section?.match(/\w+/g))
  expect(fields.filter(field => !named.has(field))).toEqual([])
})
