/**
 * Which config files that are code a person has said yes to: kept in their own config folder, by the file's real path, with
 * the digest of what it said then. What such a file imports is not covered by the digest.
 */
import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'

/** A config file that is code, as it is now. */
export interface CodeFile {
  /** With links resolved: what is trusted is a file, not a way to it. */
  readonly path: string
  /** Of its bytes, as SHA-256 in hex. */
  readonly digest: string
  readonly lines: number
  /** Whether it belongs to somebody else on this machine; never known on Windows. */
  readonly isForeign: boolean
}

/** `as-it-is`: until it changes; `always`: whatever it says later. */
export type Trust = 'as-it-is' | 'always'

/** `changed`: it was trusted as it was before. */
export type ConfigStanding = 'trusted' | 'changed' | 'unknown'

/** The oldest give way beyond it. */
const mostKept = 1000

const schema = z.object({
  /** By path; a null digest trusts whatever the file says. */
  files: z.record(z.string(), z.object({ digest: z.string().nullable(), since: z.string() })),
})
type Kept = z.infer<typeof schema>

/** null where the folder would depend on the working directory, and so on whose folder that is. */
function keptPath(): string | null {
  const path = join(envPaths('hookscope', { suffix: '' }).config, 'trusted-configs.json')
  return isAbsolute(path) ? path : null
}

const ownUser = (): number | null => process.getuid?.() ?? null

async function readKept(path: string): Promise<Kept> {
  try {
    const { uid, mode } = await stat(path)
    const own = ownUser()
    // What others could have written says nothing about what this person trusts.
    if (own !== null && ((uid !== own && uid !== 0) || (mode & 0o022) !== 0)) return { files: {} }
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return { files: {} }
  }
}

/** @throws Node's error when it cannot be read */
export async function lookAtCode(path: string): Promise<CodeFile> {
  const real = await realpath(path)
  const [bytes, { uid }] = await Promise.all([readFile(real), stat(real)])
  const own = ownUser()
  return {
    path: real,
    digest: createHash('sha256').update(bytes).digest('hex'),
    lines: bytes.toString('latin1').trimEnd().split('\n').length,
    isForeign: own !== null && uid !== own && uid !== 0,
  }
}

/** What was said about a file before. */
export async function configStandingOf(file: CodeFile): Promise<ConfigStanding> {
  const path = keptPath()
  const kept = path === null ? undefined : new Map(Object.entries((await readKept(path)).files)).get(file.path)
  if (kept === undefined) return 'unknown'
  return kept.digest === null || kept.digest === file.digest ? 'trusted' : 'changed'
}

/** Remembers that a file is trusted. @returns false when it could not be kept, so that it will be asked about again */
export async function rememberTrust(file: CodeFile, trust: Trust): Promise<boolean> {
  const path = keptPath()
  if (path === null) return false
  const digest = trust === 'always' ? null : file.digest
  try {
    const { files } = await readKept(path)
    const others = Object.entries(files).filter(([known]) => known !== file.path)
    const entries = [...others, [file.path, { digest, since: new Date().toISOString() }]].slice(-mostKept)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${process.pid}`
    await writeFile(temporary, `${JSON.stringify({ files: Object.fromEntries(entries) }, null, 2)}\n`, { mode: 0o600 })
    await rename(temporary, path)
    return true
  } catch {
    return false
  }
}
