/** Services that give a public URL to whoever comes by ssh, without an account. */
import type { SshPlace } from '../../core/tunnels/ssh-place.ts'
import type { ProgramLine } from './program.ts'
import type { Provider } from './provider.ts'
import { type SshOptions, ssh } from './ssh.ts'

/** What is known of one service. */
export interface SshService {
  readonly place: SshPlace
  /** What its forward is asked for by. @param number tells tunnels of one key apart */
  remote(number: number): string
  /** Words after the destination. */
  readonly command: readonly string[]
  /** Its public URL in a line of its output. */
  read(line: string): ProgramLine
}

/** What a service's tunnel is opened with, beside what is known of it. */
export interface SshServiceOptions extends Pick<SshOptions, 'port' | 'folder' | 'environment' | 'children' | 'pace'> {
  /** Tells tunnels of one key apart, from 1. */
  readonly number: number
  /** Where the service is, instead of its public address, and what its forward is asked for by. */
  readonly at?: { readonly place: SshPlace; readonly remote: string }
}

/** Opens tunnels through a service. */
export function sshService(service: SshService, { number, at, ...options }: SshServiceOptions): Provider {
  const place = at?.place ?? service.place
  return ssh({
    ...options,
    place,
    remote: at?.remote ?? service.remote(number),
    fixedPort: false,
    publicUrl: null,
    command: service.command,
    read: service.read,
    keyHint: () => `${place.host} may have changed whom it lets in. Choose another way: hookscope tunnels`,
  })
}
