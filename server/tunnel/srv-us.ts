/** srv.us: a public URL without an account, derived from the SSH key and a number; the same at every start. */
import type { ProgramLine } from './program.ts'
import type { SshService } from './ssh-service.ts'

/** It writes one line a forward, `1: https://<26 letters>.srv.us/`, on standard output (as of November 2026). */
export const srvUs: SshService = {
  place: { user: 'nomatch', host: 'srv.us', port: 22 },
  remote: number => String(number),
  command: [],
  read(line): ProgramLine {
    const url = /^\d+: (https:\/\/[a-z0-9]{8,63}\.srv\.us)\/?\s*$/.exec(line)?.[1]
    return url === undefined ? null : { kind: 'url', url }
  },
}
