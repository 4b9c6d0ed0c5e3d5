/** localhost.run: a public URL without an account, which changes after some hours. */
import { z } from 'zod'
import type { ProgramLine } from './program.ts'
import type { SshService } from './ssh-service.ts'

const forwardSchema = z.object({
  event: z.literal('tcpip-forward'),
  address: z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:lhr\.life|lhr\.rocks|lhrtunnel\.link|localhost\.run)$/),
  status: z.string().optional(),
})

/** With `--output json` each line is one object; the one of the forward has the host as `address` (as of November 2026). */
export const localhostRun: SshService = {
  place: { user: 'nokey', host: 'localhost.run', port: 22 },
  remote: () => '80',
  command: ['--', '--output', 'json'],
  read(line): ProgramLine {
    const event = forwardSchema.safeParse(parsed(line))
    if (!event.success || (event.data.status ?? 'success') !== 'success') return null
    return { kind: 'url', url: `https://${event.data.address}` }
  },
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
