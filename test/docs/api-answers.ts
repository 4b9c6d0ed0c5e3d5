/** What the API's routes answer, as JSON Schema, from their types: names, optional fields and comments as the code has them. */
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './pages.ts'

export type Schema = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  /** `json`, or how else the body is written. */
  readonly format: string
  readonly schema: Schema
}

const source = join(root, 'test/docs/answers.ts')

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
}

const has = (type: ts.Type, flag: ts.TypeFlags) => (type.flags & flag) !== 0

/** Turns types into schemas. A type within itself is left open. */
class Schemas {
  private readonly checker: ts.TypeChecker
  private readonly within: ts.Type[] = []

  constructor(checker: ts.TypeChecker) {
    this.checker = checker
  }

  of(type: ts.Type): Schema {
    if (type.isUnion()) return this.ofUnion(type.types)
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (has(type, ts.TypeFlags.BooleanLiteral)) return { const: this.checker.typeToString(type) === 'true' }
    if (has(type, ts.TypeFlags.StringLike)) return { type: 'string' }
    if (has(type, ts.TypeFlags.NumberLike)) return { type: 'number' }
    if (has(type, ts.TypeFlags.Null)) return { type: 'null' }
    if (!has(type, ts.TypeFlags.Object) && !type.isIntersection()) return {}
    if (this.within.includes(type)) return {}
    this.within.push(type)
    try {
      return this.ofObject(type)
    } finally {
      this.within.pop()
    }
  }

  private ofUnion(types: readonly ts.Type[]): Schema {
    const there = types.filter(type => !has(type, ts.TypeFlags.Undefined))
    const isBoolean = there.filter(type => has(type, ts.TypeFlags.BooleanLiteral)).length === 2
    const words = there.filter(type => type.isStringLiteral()).map(type => type.value)
    const rest = there.filter(type => !type.isStringLiteral() && !(isBoolean && has(type, ts.TypeFlags.BooleanLiteral)))
    const schemas: Schema[] = [
      ...(words.length === 0 ? [] : [{ type: 'string', enum: words.sort() }]),
      ...(isBoolean ? [{ type: 'boolean' }] : []),
      ...rest.map(type => this.of(type)),
    ]
    // In an order of its own: that of a union's types follows the order in which files are read.
    const different = [...new Map(schemas.map(schema => [JSON.stringify(schema), schema]))]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, schema]) => schema)
    return different.length === 1 ? (different[0] ?? {}) : { anyOf: different }
  }

  private ofObject(type: ts.Type): Schema {
    if (this.checker.isTupleType(type))
      return { type: 'array', prefixItems: this.argumentsOf(type).map(item => this.of(item)) }
    if (this.checker.isArrayType(type)) return { type: 'array', items: this.of(this.argumentsOf(type)[0] ?? type) }
    const index = this.checker.getIndexInfosOfType(type)[0]
    const fields = type.getProperties()
    const required = fields.filter(field => (field.flags & ts.SymbolFlags.Optional) === 0).map(({ name }) => name)
    return {
      type: 'object',
      ...(fields.length === 0 ? {} : { properties: Object.fromEntries(fields.map(field => this.ofField(field))) }),
      ...(required.length === 0 ? {} : { required }),
      ...(index === undefined ? {} : { additionalProperties: this.of(index.type) }),
    }
  }

  private ofField(field: ts.Symbol): [string, Schema] {
    const schema = this.of(this.checker.getTypeOfSymbol(field))
    const description = ts.displayPartsToString(field.getDocumentationComment(this.checker)).replace(/\s+/g, ' ')
    return [field.name, description === '' ? schema : { ...schema, description }]
  }

  private readonly argumentsOf = (type: ts.Type) => this.checker.getTypeArguments(type as ts.TypeReference)
}

/** By operation, as `GET /api/hooks/{id}`. */
export function answers(): ReadonlyMap<string, Answer> {
  const program = ts.createProgram([source], options)
  const checker = program.getTypeChecker()
  const alias = program.getSourceFile(source)?.statements.find(ts.isTypeAliasDeclaration)
  if (alias === undefined) throw new Error(`There is no type in ${source}`)
  const schemas = new Schemas(checker)
  const partOf = (route: ts.Type, name: string) => {
    const found = checker.getPropertyOfType(route, name)
    return found === undefined ? undefined : checker.getTypeOfSymbol(found)
  }
  const found = new Map<string, Answer>()
  for (const path of checker.getTypeAtLocation(alias).getProperties()) {
    for (const method of checker.getTypeOfSymbol(path).getProperties()) {
      const routes = checker.getTypeOfSymbol(method)
      const [first, ...others] = routes.isUnion() ? routes.types : [routes]
      if (first === undefined) continue
      const status = partOf(first, 'status')
      const format = partOf(first, 'outputFormat')
      const outputs = [first, ...others].flatMap(route => partOf(route, 'output') ?? [])
      const each = outputs.map(output => schemas.of(output))
      const name = `${method.name.slice(1).toUpperCase()} ${path.name.replace(/:(\w+)/g, '{$1}')}`
      found.set(name, {
        status: status?.isNumberLiteral() ? status.value : 200,
        format: format?.isStringLiteral() ? format.value : 'file',
        schema: each.length === 1 ? (each[0] ?? {}) : { anyOf: each },
      })
    }
  }
  return found
}
