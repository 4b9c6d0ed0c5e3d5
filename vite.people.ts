/** What sign-in is bundled with: libraries that only `hookscope serve` loads, without the parts that it has no use for, and small. */
import { fileURLToPath } from 'node:url'
import { minifySync, type Plugin } from 'vite'

const leftOut = (name: string) => fileURLToPath(new URL(`./server/people/left-out/${name}.ts`, import.meta.url))

export const peopleAliases = {
  '@better-auth/telemetry': leftOut('telemetry'),
  '@better-auth/core/social-providers': leftOut('social-providers'),
  '@better-auth/memory-adapter': leftOut('memory-adapter'),
  '@peculiar/x509': leftOut('x509'),
  'jose/errors': leftOut('jose'),
  jose: leftOut('jose'),
}

const libraries =
  /[\\/]node_modules[\\/](?:better-auth|@better-auth|better-call|@better-fetch|kysely|kysely-postgres-js|jose|@simplewebauthn|@peculiar|asn1js|@noble|@levischuck|@hexagon|pvutils|pvtsutils|defu)[\\/]/

/** Where an object literal begins and ends that describes a route of better-auth, which nobody is shown. */
function descriptionsIn(node: unknown, found: [start: number, end: number][] = []): [start: number, end: number][] {
  if (typeof node !== 'object' || node === null) return found
  if (Array.isArray(node)) {
    for (const one of node) descriptionsIn(one, found)
    return found
  }
  const { type, key, value } = node as {
    type?: string
    key?: { name?: string }
    value?: { type?: string; start: number; end: number }
  }
  if (type === 'Property' && key?.name === 'openapi' && value?.type === 'ObjectExpression')
    found.push([value.start, value.end])
  else for (const inner of Object.values(node)) descriptionsIn(inner, found)
  return found
}

const withoutDescriptions: Plugin = {
  name: 'without-descriptions',
  transform(code, id) {
    if (!/[\\/]node_modules[\\/](?:better-auth|@better-auth)[\\/]/.test(id) || !code.includes('openapi:')) return null
    let [made, at] = ['', 0]
    for (const [start, end] of descriptionsIn(this.parse(code))) {
      made += `${code.slice(at, start)}{}`
      at = end
    }
    return { code: made + code.slice(at), map: null }
  },
}

/** Code of ours stays as it is, so that what went wrong can be read; these libraries are mostly their own documentation. */
const smallChunks: Plugin = {
  name: 'small-chunks',
  renderChunk(code, { fileName, modules }) {
    const sizes = Object.entries(modules).map(
      ([id, { renderedLength }]) => [libraries.test(id), renderedLength] as const,
    )
    const all = sizes.reduce((sum, [, size]) => sum + size, 0)
    const theirs = sizes.reduce((sum, [is, size]) => sum + (is ? size : 0), 0)
    if (theirs < all * 0.6) return null
    const { code: small, errors } = minifySync(fileName, code)
    if (errors.length > 0) throw new Error(`${fileName} could not be minified: ${errors[0]?.message}`)
    return { code: small, map: null }
  },
}

export const smallLibraries: readonly Plugin[] = [withoutDescriptions, smallChunks]
