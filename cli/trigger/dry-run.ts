/** `hookscope trigger --dry-run`: what would be sent, as a command that sends it. */
import { headerValue } from '../../core/http/headers.ts'
import { snippet } from '../../core/http/snippets.ts'
import type { SimulationPreview } from '../../core/simulate/simulation.ts'

type Requests = SimulationPreview['requests']

const bytesOf = ({ base64 }: Requests[number]['body']) => new Uint8Array(Buffer.from(base64, 'base64'))

/** The exact request, signature and credentials included, for bash and zsh. */
export const curlOf = ({ method, url, headers, body }: Requests[number]): string =>
  snippet('curl', { method, url, headers, body: bytesOf(body), hideAuthorization: false })

/** What to know about what was printed, sentences for people. */
export function dryRunNotes({ events, requests }: SimulationPreview, platform = process.platform): string[] {
  const more = events - requests.length
  const named = requests.some(({ headers }) => headerValue(headers, 'authorization') !== undefined)
  return [
    `Nothing was sent.${more > 0 ? ` ${more} more ${more === 1 ? 'event' : 'events'} would follow.` : ''}`,
    ...(platform === 'win32'
      ? [
          'The command is for Git Bash or WSL: PowerShell and cmd read its quotes differently, and may run text from the event.',
        ]
      : []),
    ...(named ? ['The command contains the user name and the password: be careful where you paste it.'] : []),
  ]
}
