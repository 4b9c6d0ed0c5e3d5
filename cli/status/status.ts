/** `hookscope status`: how the hookscope that is listening is doing. */
import { localZone } from '../../core/search/search.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { type ApiClient, answerOf } from '../client.ts'
import type { Io } from '../shared/io.ts'
import { type CappedCount, statusLine } from '../shared/json-lines.ts'
import { look } from '../shared/looking.ts'
import type { CommonOptions } from '../shared/options.ts'
import { statusLines } from './status-lines.ts'

const counted = (api: ApiClient, q: string): Promise<CappedCount> =>
  answerOf(api.deliveries.count.$get({ query: { q, zone: localZone() } }))

/** @returns the exit code */
export function showStatus(options: CommonOptions, io: Io): Promise<number> {
  return look(options, io, 'so there is no status', async ({ client, style, print, printJson }) => {
    const { api, listener } = client
    if (listener === null) return exitCodes.cannotRun
    const [now, kept, failed, rejected] = await Promise.all([
      answerOf(api.status.$get()),
      counted(api, ''),
      counted(api, 'is:failed'),
      counted(api, 'is:rejected'),
    ])
    const deliveries = { kept, failed, rejected }
    if (options.json) await printJson(statusLine(now, listener, deliveries))
    else await print(statusLines(now, listener, deliveries, style))
    return exitCodes.ok
  })
}
