/** hookscope's own SSH key: made once, so that a server which knows people by their key gives the same URL at every start. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Where the key and the servers' host keys are kept. */
export interface SshFiles {
  readonly key: string
  readonly publicKey: string
  readonly knownHosts: string
}

/** @param folder hookscope's data folder */
export const sshFiles = (folder: string): SshFiles => {
  const key = join(folder, 'ssh', 'id_ed25519')
  return { key, publicKey: `${key}.pub`, knownHosts: join(folder, 'ssh', 'known_hosts') }
}

/** The public key as it stands in authorized_keys; null while there is none. */
export async function readPublicKey(folder: string): Promise<string | null> {
  const text = await readFile(sshFiles(folder).publicKey, 'utf8').catch(() => '')
  return /^ssh-ed25519 [A-Za-z0-9+/=]+/.exec(text)?.[0] ?? null
}

/**
 * Makes the key unless it is there (Ed25519, no passphrase, readable by its user alone).
 * @returns the public key
 * @throws the error of ssh-keygen or of the file system
 */
export async function ensureKey(folder: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const { key, publicKey } = sshFiles(folder)
  const keygen = (...args: string[]) =>
    promisify(execFile)('ssh-keygen', args, { env: environment, windowsHide: true, timeout: 30_000 })
  await mkdir(dirname(key), { recursive: true, mode: 0o700 })
  if (!existsSync(key)) {
    const made = `${key}.${process.pid}`
    await keygen('-q', '-t', 'ed25519', '-N', '', '-C', 'hookscope', '-f', made)
    // Another hookscope that starts at the same moment may have been first: its key stays.
    await link(made, key).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    for (const file of [made, `${made}.pub`]) await rm(file, { force: true })
  }
  // ssh takes no key that others can read.
  await chmod(key, 0o600)
  const known = await readPublicKey(folder)
  if (known !== null) return known
  const { stdout } = await keygen('-y', '-f', key)
  const text = `${stdout.trim().split(' ').slice(0, 2).join(' ')} hookscope`
  await writeFile(publicKey, `${text}\n`)
  return text.replace(/ hookscope$/, '')
}
