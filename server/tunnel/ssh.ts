/** A tunnel by the system's own ssh: a forward that the server opens on its side. */
import type { SshPlace } from '../../core/tunnels/ssh-place.ts'
import type { ChildNotes } from '../lib/children.ts'
import { openProgram, type ProgramLine } from './program.ts'
import type { Opening, Provider } from './provider.ts'
import { ensureKey, sshFiles } from './ssh-key.ts'
import { explainSsh, isAuthenticated, isSshTrouble } from './ssh-lines.ts'

/** How patient ssh is with its server. */
export interface SshPace {
  /** Between two signs of life that are asked for, whole seconds; two that stay out end the session. */
  readonly aliveSeconds: number
  /** How long a connection may take, milliseconds; a URL has as long again. */
  readonly askMs: number
  /** How long a fresh forward is left alone before it is asked for, milliseconds. */
  readonly settleMs: number
}

/** What a tunnel by ssh is opened with. */
export interface SshOptions {
  readonly place: SshPlace
  /** What stands before the local end in `-R`: `127.0.0.1:8080`, or what a service wants there. */
  readonly remote: string
  /** Whether `remote` is a port that the server may have given to somebody else. */
  readonly fixedPort: boolean
  /** The receiver's port on 127.0.0.1. */
  readonly port: number
  /** The URL that leads to the forward; null: the server tells it. */
  readonly publicUrl: string | null
  /** Words after the destination: a service's own options. */
  readonly command: readonly string[]
  /** The public URL in a line of the server's own, and what that says of an end; null: nothing. */
  read(line: string): ProgramLine
  /** What to do about a key that is refused. @param publicKey as it stands in authorized_keys */
  keyHint(publicKey: string): string
  /** hookscope's data folder, which has the key. */
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly children: ChildNotes
  readonly pace: SshPace
}

const whereFrom =
  'Install the OpenSSH client (Debian: apt install openssh-client; Windows: Settings > System > Optional features).'

/** Opens forwards through one server; the URL is as stable as the server makes it. */
export function ssh(options: SshOptions): Provider {
  return {
    trusted: false,
    settleMs: options.pace.settleMs,
    patience: 3,
    async open(signal, events) {
      let publicKey: string
      try {
        publicKey = await ensureKey(options.folder, options.environment)
      } catch (error) {
        return noKey(error)
      }
      const { knownHosts } = sshFiles(options.folder)
      const failure = {
        place: options.place,
        remote: options.fixedPort ? options.remote : null,
        knownHosts,
        keyHint: options.keyHint(publicKey),
      }
      return openProgram(
        {
          name: 'ssh',
          args: argumentsFor(options),
          environment: options.environment,
          askMs: options.pace.askMs * 2,
          url: options.publicUrl,
          saysReady: options.publicUrl !== null,
          whereFrom,
          read: line => readLine(line, options),
          explain: (said, how) => explainSsh(said, how, failure),
          children: options.children,
        },
        signal,
        events,
      )
    },
  }
}

function readLine(line: string, { publicUrl, read }: SshOptions): ProgramLine {
  if (publicUrl !== null && isAuthenticated(line)) return { kind: 'ready' }
  const said = read(line)
  if (said !== null) return said
  return isSshTrouble(line) ? { kind: 'error', message: line } : null
}

function noKey(error: unknown): Opening {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT')
    return { kind: 'hopeless', reason: 'The program “ssh-keygen” is not on the PATH.', hint: whereFrom }
  return {
    kind: 'hopeless',
    reason: `hookscope's SSH key could not be made (${error instanceof Error ? error.message.split('\n')[0] : String(error)}).`,
    hint: "Look whether hookscope's data folder can be written.",
  }
}

/** In the value of an option that ssh expands. */
const literal = (path: string) => `"${path.replaceAll('%', '%%')}"`

/** Everything is said here, whatever the defaults of the system are: nothing is asked, nothing but hookscope's key is offered. */
function argumentsFor(options: SshOptions): string[] {
  const { place, remote, port, publicUrl, command, folder, pace } = options
  const { key, knownHosts } = sshFiles(folder)
  const settings = {
    BatchMode: 'yes',
    ExitOnForwardFailure: 'yes',
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: literal(knownHosts),
    GlobalKnownHostsFile: 'none',
    IdentityFile: literal(key),
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    // What it did with a forward is said from INFO on, that a session is there from VERBOSE on.
    LogLevel: publicUrl === null ? 'INFO' : 'VERBOSE',
    ServerAliveInterval: String(pace.aliveSeconds),
    ServerAliveCountMax: '2',
    ConnectTimeout: String(Math.max(1, Math.round(pace.askMs / 1000))),
    ControlMaster: 'no',
    ControlPath: 'none',
    PermitLocalCommand: 'no',
  }
  return [
    // No config file, terminal, agent or X11; where the URL is known, nothing runs on the server either.
    ...['-F', 'none', '-T', '-a', '-x', ...(publicUrl === null ? [] : ['-N'])],
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...['-p', String(place.port), '-R', `${remote}:127.0.0.1:${port}`],
    place.user === null ? place.host : `${place.user}@${place.host}`,
    ...command,
  ]
}
