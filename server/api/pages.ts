/** The inspector's pages: read once, with the first of them that is asked for, served from memory, by name and never by path. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Hono } from 'hono'
import { plainPage } from './plain-page.ts'

const compress = promisify(gzip)

interface Asset {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
  /** null when it is compressed already. */
  readonly gzip: (() => Promise<Uint8Array<ArrayBuffer>>) | null
  readonly cache: string
}

const types: Readonly<Record<string, { readonly type: string; readonly compress: boolean }>> = {
  '.html': { type: 'text/html; charset=utf-8', compress: true },
  '.js': { type: 'text/javascript; charset=utf-8', compress: true },
  '.css': { type: 'text/css; charset=utf-8', compress: true },
  '.svg': { type: 'image/svg+xml', compress: true },
  '.json': { type: 'application/json', compress: true },
  '.webmanifest': { type: 'application/manifest+json', compress: true },
  '.png': { type: 'image/png', compress: false },
  '.ico': { type: 'image/x-icon', compress: false },
  '.woff2': { type: 'font/woff2', compress: false },
}

/**
 * Serves the built UI. Paths that are no file get index.html, since the UI routes by itself.
 * @param folder of the build; when it is missing, one plain page says so
 */
export function createPages(folder: string): Hono {
  const assets = readAssets(folder)
  const index = assets.get('/index.html')
  const app = new Hono()
  app.get('*', c => {
    const { path } = c.req
    const asset = assets.get(path) ?? (extname(path) === '' ? index : undefined)
    if (asset) return answer(asset, c.req.header('accept-encoding') ?? '')
    if (index) return c.text('There is no such file.', 404)
    return c.html(
      plainPage(
        'The inspector’s pages are missing',
        'They have not been built. In a checkout of hookscope, run npm run build and start it again; if hookscope was installed, install it again.',
      ),
      503,
    )
  })
  return app
}

function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const file of filesOf(folder)) {
    const kind = types[extname(file)]
    if (!kind) continue
    const bytes = Uint8Array.from(readFileSync(file))
    const path = `/${relative(folder, file).split(sep).join('/')}`
    assets.set(path, {
      type: kind.type,
      bytes,
      gzip: kind.compress ? compressedOnce(bytes) : null,
      // The build puts a digest of the content into the names there.
      cache: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    })
  }
  return assets
}

/** Compresses when it is first asked for, beside the event loop: neither the start nor the receiver waits for it. */
function compressedOnce(bytes: Uint8Array): () => Promise<Uint8Array<ArrayBuffer>> {
  let compressed: Promise<Uint8Array<ArrayBuffer>> | undefined
  return () => {
    compressed ??= compress(bytes, { level: 9 }).then(result => Uint8Array.from(result))
    return compressed
  }
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function answer(asset: Asset, accepted: string): Promise<Response> {
  const gzipped = /\bgzip\b(?! *; *q=0(?:\.0*)?(?:[,\s]|$))/i.test(accepted) ? await asset.gzip?.() : undefined
  return new Response(gzipped ?? asset.bytes, {
    headers: {
      'Content-Type': asset.type,
      'Cache-Control': asset.cache,
      Vary: 'Accept-Encoding',
      ...(gzipped && { 'Content-Encoding': 'gzip' }),
    },
  })
}
