/** `hookscope` where another one listens on the database already: shows how that is doing, and what comes to it. */
import { jsonText } from '../../core/text/text.ts'
import { UserError } from '../../server/lib/errors.ts'
import { inspectorLink, type Owner } from '../../server/store/sqlite/file/owner.ts'
import { answerOf, type Client, listenerClient } from '../client.ts'
import { openInspector } from '../open/open.ts'
import { placeNow } from '../shared/foreground.ts'
import { findAll } from '../shared/found.ts'
import type { Io } from '../shared/io.ts'
import { readyLine } from '../shared/json-lines.ts'
import type { LookOptions } from '../shared/looking.ts'
import { sayingTo } from '../shared/say.ts'
import { paintFor } from '../shared/style.ts'
import { showStatus } from '../status/status.ts'
import { tail } from '../tail/tail.ts'
import { openJobKeys, thisJob } from './job-keys.ts'
import { type Acting, firstHookUrl, shortcutsOf } from './keys.ts'
import { openKeys } from './shortcuts.ts'

/** Ctrl-C, where the terminal makes no signal of it. */
const interrupt = () => void process.emit('SIGINT')

function actingOn({ api }: Client, options: LookOptions, io: Io): Acting {
  const now = () => answerOf(api.status.$get())
  return {
    open: async () => void (await openInspector({ ...options, print: false, id: null }, io)),
    hookUrl: async () => firstHookUrl(await now()),
    async replayLast() {
      const [[newest], { forward }] = await Promise.all([findAll(api, '', 1), now()])
      if (newest === undefined) throw new UserError('Nothing has come yet.', 'There is nothing to replay.')
      if (forward === null) throw new UserError('There is no target to send to.', 'Start hookscope with --forward URL.')
      const json = { target: forward.target }
      await answerOf(api.deliveries[':id'].replay.$post({ param: { id: `${newest.id}` }, json }))
    },
    isPaused: async () => (await now()).forward?.paused ?? null,
    pause: async paused => void (await answerOf(api.forward.$put({ json: { paused } }))),
    quit: interrupt,
    quits: 'end this view; the other hookscope keeps listening',
  }
}

/** @returns the exit code @throws UserError when the other one ends */
export async function attach(listener: Owner, options: LookOptions, io: Io): Promise<number> {
  const { say } = sayingTo(io)
  const client = listenerClient(listener, io.outputGone)
  const [newest] = await findAll(client.api, '', 1)
  const now = await answerOf(client.api.status.$get())
  say('hookscope is already running on this database. Here is how it is doing, and each delivery as it comes.')
  say('Ctrl-C ends this view, and not the hookscope that is listening.')
  if (options.json) {
    const { version, hooks, db, forward } = now
    const { inspectorUrl } = listener
    const targets = (forward?.targets ?? []).map(({ target }) => target)
    const facts = { version, hooks, inspectorUrl, inspectorLink: inspectorLink(listener), db, targets, config: null }
    io.stdout.write(`${jsonText(readyLine(facts))}\n`)
  } else {
    say('')
    await showStatus(options, io)
    io.stdout.write('\n')
  }
  const hasKeys = !options.json && io.stdin.isTTY === true && io.stdout.isTTY === true
  const lines = (texts: readonly string[]) => void io.stdout.write(texts.map(text => `${text}\n`).join(''))
  const printing = { lines, line: (text: string) => lines([text]) }
  const shortcuts = shortcutsOf(actingOn(client, options, io), printing, paintFor(io.stdout, io.environment))
  const keys = hasKeys
    ? openJobKeys(
        suspend => openKeys(io.stdin, shortcuts, { interrupt, suspend }, printing.line),
        thisJob(placeNow),
        printing.line,
      )
    : null
  try {
    // Nothing is missed between what was shown and what comes.
    return await tail({ ...options, words: [], since: `${newest?.id ?? 0}` }, io)
  } finally {
    keys?.close()
  }
}
