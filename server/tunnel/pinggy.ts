/** Pinggy: a public URL without an account for 60 minutes, reached on port 443, which most networks let out. */
import type { ProgramLine } from './program.ts'
import type { SshService } from './ssh-service.ts'

/** Without a terminal it writes its URLs as lines of text, http before https (as of November 2026). */
export const pinggy: SshService = {
  place: { user: 'free', host: 'a.pinggy.io', port: 443 },
  remote: () => '0',
  command: [],
  read(line): ProgramLine {
    const url =
      /(?:^|\s)(https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:pinggy\.(?:link|online|net)|pinggy-free\.link))\/?\s*$/.exec(
        line,
      )?.[1]
    if (url !== undefined) return { kind: 'url', url }
    if (/tunnel (?:has )?(?:expired|timed? ?out)/i.test(line))
      return { kind: 'error', message: 'Pinggy ends a tunnel without an account after 60 minutes' }
    return null
  },
}
