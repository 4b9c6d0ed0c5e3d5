/** A real OpenSSH server on loopback: its own host key, one user, and who may come in as a file says. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { portApart } from './ports.ts'

/** Where the tests look for sshd, and setup.mjs as well. */
const places = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd']
export const sshdPath = places.find(place => existsSync(place)) ?? null

/**
 * Starts its arguments, and ends them by their ids once its standard input ends: also where the test's own process is killed. Sessions
 * have left the process group by then.
 */
const guard = `"$@" &
ids=$!
read _
while
  more=$(ps -A -o pid=,ppid= | awk -v ids=" $ids " 'index(ids, " " $2 " ") && !index(ids, " " $1 " ") { print $1 }')
  [ -n "$more" ]
do
  ids="$ids "$(echo $more)
done
kill -9 $ids`

export interface Sshd {
  readonly port: number
  /** `user@127.0.0.1:port`, as `--tunnel-host` takes it. */
  readonly destination: string
  /** Ends it and every session of it at once, as a crash of the machine does. */
  kill(): Promise<void>
  /** The same port, the same host key unless `otherHostKey`. */
  restart(how?: { readonly otherHostKey?: boolean }): Promise<void>
  /** Stops it and its sessions without closing anything, or lets them go on. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void>
  /** What it wrote to its log. */
  log(): string
  close(): Promise<void>
}

export interface SshdOptions {
  /** The public keys that are let in: a file that may come to be later, and change. */
  readonly authorizedKeys: string
}

/** Starts one; close it. */
export async function startSshd({ authorizedKeys }: SshdOptions): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'hookscope-sshd-'))
  const port = await portApart()
  const { username } = userInfo()
  // Where it runs as root, it wants an empty folder of its own.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const hostKey = join(folder, 'host_key')
  const makeHostKey = async () => {
    for (const file of [hostKey, `${hostKey}.pub`]) await rm(file, { force: true })
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
  }
  await makeHostKey()
  const config = join(folder, 'sshd_config')
  await writeFile(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `PidFile ${join(folder, 'pid')}`,
      `AuthorizedKeysFile ${authorizedKeys}`,
      // The temporary folder is everybody's.
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'GatewayPorts clientspecified',
      'MaxStartups 100',
      'MaxSessions 100',
    ].join('\n'),
  )
  let log = ''
  let server: ChildProcess
  async function start(): Promise<void> {
    server = spawn('sh', ['-c', guard, 'sh', sshdPath ?? 'sshd', '-D', '-e', '-f', config], {
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    for (let tries = 0; ; tries += 1) {
      if (await answers(port)) return
      if (server.exitCode !== null || tries > 200) throw new Error(`sshd does not start: ${log}`)
      await sleep(25)
    }
  }
  /** To it and its sessions, each with its children. */
  async function signalEach(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await descendantsOf(server.pid ?? 0)) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended.
      }
    }
  }
  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    await signalEach('SIGKILL')
    server.stdin?.end()
    await ended
  }
  await start()
  return {
    port,
    destination: `${username}@127.0.0.1:${port}`,
    kill,
    async restart({ otherHostKey = false } = {}) {
      await kill()
      if (otherHostKey) await makeHostKey()
      await start()
    },
    signalAll: signalEach,
    log: () => log,
    async close() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Every process below one, by its id. */
async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  const rows = stdout
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    rows.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []))
  return below(pid)
}
