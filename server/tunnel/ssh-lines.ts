/** What the ssh client says on its standard error, and what its end means; pure. Read with OpenSSH 9.2 and 10.0. */
import type { SshPlace } from '../../core/tunnels/ssh-place.ts'
import { shellWord } from '../lib/shell-word.ts'
import type { Opening } from './provider.ts'
import { quoted } from './wire.ts'

/** The server as known_hosts has it. */
const knownName = ({ host, port }: SshPlace) => (port === 22 ? host : `[${host}]:${port}`)

/** What ssh says of a session that is there; at LogLevel=VERBOSE, with CR LF at times. */
export const isAuthenticated = (line: string): boolean => /^Authenticated to /.test(line)

/** Whether a line tells why ssh will end, of the many that tell what it does. */
export const isSshTrouble = (line: string): boolean =>
  line.trim() !== '' &&
  !/^(?:Warning: Permanently added|Authenticated to|Authenticated using|Transferred:|Bytes per second:|Allocated port|debug\d:|OpenSSH_|Pseudo-terminal|Connection to .+ closed\.|@|\*\*)/i.test(
    line,
  ) &&
  /denied|verification failed|forwarding failed|refused|resolve hostname|not responding|closed by|reset by|timed out|unreachable|not allowed|too many|disconnect|bad (?:configuration|owner)|unprotected|error|invalid|broken pipe|no route|fingerprint for the|^SHA256:/i.test(
    line,
  )

/** What the reader of a failure needs to know. */
export interface SshFailure {
  readonly place: SshPlace
  /** The remote address and port that was asked for; null where the server chooses. */
  readonly remote: string | null
  readonly knownHosts: string
  /** What to do about a key that is refused. */
  readonly keyHint: string
}

/** Why ssh ended before or while its tunnel was open; all of its failures are exit code 255. @param said its last line of trouble; null: none */
export function explainSsh(
  said: string | null,
  how: string,
  { place, remote, knownHosts, keyHint }: SshFailure,
): Exclude<Opening, { readonly kind: 'open' }> {
  const server = knownName(place)
  const failed = (reason: string) => ({ kind: 'failed', reason }) as const
  if (said === null) return failed(`ssh ended (${how}).`)
  // Asking again makes it worse: servers from OpenSSH 9.8 lock out an address whose key was refused.
  if (/Permission denied|Too many authentication failures/.test(said))
    return { kind: 'hopeless', reason: `${server} refuses hookscope's SSH key (“${quoted(said)}”).`, hint: keyHint }
  if (/Host key verification failed/.test(said))
    return {
      kind: 'hopeless',
      reason: `${server} has another host key than before: it was reinstalled, or somebody else answers in its place.`,
      hint: `Ask its operator. If the new key is right, remove the old one with: ssh-keygen -R ${shellWord(server)} -f ${shellWord(knownHosts)}`,
    }
  if (/forwarding failed/.test(said))
    return failed(
      `${server} does not give the port${remote === null ? '' : ` ${remote}`}: the last session may still hold it, which a server notices after some minutes, or it is not allowed to this key.`,
    )
  if (/Could not resolve hostname/.test(said))
    return failed(`The name ${place.host} cannot be found: is this machine online?`)
  if (/Connection refused/.test(said)) return failed(`No SSH server answers at ${server}.`)
  if (/not responding/.test(said)) return failed(`The SSH server ${server} stopped answering.`)
  if (/timed out/.test(said)) return failed(`The SSH server ${server} does not answer.`)
  if (/unreachable|No route/.test(said)) return failed(`${place.host} is unreachable: is this machine online?`)
  if (/closed by|reset by|Broken pipe/i.test(said)) return failed(`The SSH server ${server} closed the connection.`)
  return failed(`ssh ended (${how}): “${quoted(said)}”`)
}
