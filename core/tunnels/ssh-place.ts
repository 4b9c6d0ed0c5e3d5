/** Where an SSH server is, as people write it. */

/** Where an SSH server is: as `--tunnel-host` gives it. */
export interface SshPlace {
  readonly user: string | null
  readonly host: string
  readonly port: number
}

/** What an SSH server is given as: `user@host`, `host:port`, `user@[::1]:22`. Never what ssh would take for an option. */
const placePattern = /^(?:([\w][\w.-]*)@)?([A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/

/** @returns null for what is no SSH server */
export function sshPlaceOf(text: string): SshPlace | null {
  const [, user, host = '', port = '22'] = placePattern.exec(text) ?? []
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) return null
  return { user: user ?? null, host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}
