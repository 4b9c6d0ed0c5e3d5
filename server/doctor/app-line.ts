/** An app that deliveries go to, as it is known without sending it anything. */
import type { Status } from '../../core/api/messages.ts'
import { alsoThrough, type Found, fail, ok, untried, warn } from './line.ts'

type Target = NonNullable<Status['forward']>['targets'][number]

export function appLine(found: Target): Found {
  const { proxy, state, target } = found
  if (proxy === undefined) return seenLine(found)
  if (state === 'unknown')
    return untried(
      `${target} is behind the proxy ${proxy}, which does not say whether it is there.`,
      'Send a delivery.',
    )
  if (state === 'up' && found.answered === null && target.startsWith('https:'))
    return ok(`The proxy ${proxy} connects to ${target}, and the TLS handshake works. No delivery was answered yet.`)
  return alsoThrough(seenLine(found), proxy)
}

function seenLine({ target, state, error, answered }: Target): Found {
  if (state === 'unknown') return untried(`${target} was not looked at yet.`)
  if (state === 'down')
    return fail(`${target}: ${error?.message ?? 'nothing answers there.'}`, error?.hint ?? 'Start your app.')
  if (answered === null) return ok(`${target} takes connections. No delivery was answered yet.`)
  return answered.status >= 200 && answered.status < 300
    ? ok(`${target} last answered ${answered.status}.`)
    : warn(`${target} last answered ${answered.status}.`, "Look at the delivery's attempts in the inspector.")
}
