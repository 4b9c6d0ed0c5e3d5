/** `hookscope` where another one listens on the database already: shows how that is doing, and what comes to it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Status } from '../../core/api/messages.ts'
import { targetsOf } from '../../core/api/target-words.ts'
import { jsonText, printable } from '../../core/text/text.ts'
import { wayName } from '../../core/tunnels/taking.ts'
import type { ConfigField } from '../../server/config/settings.ts'
import { UserError } from '../../server/lib/errors.ts'
import { inspectorLink, type Owner } from '../../server/store/sqlite/file/owner.ts'
import { answerOf, type Client, listenerClient } from '../client.ts'
import { openInspector } from '../open/open.ts'
import { placeNow } from '../shared/foreground.ts'
import { findAll } from '../shared/found.ts'
import type { Io } from '../shared/io.ts'
import { readyLine } from '../shared/json-lines.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { showStatus } from '../status/status.ts'
import { tail } from '../tail/tail.ts'
import { tunnelLines } from './banner.ts'
import { openJobKeys, thisJob } from './job-keys.ts'
import { type Acting, firstHookUrl, shortcutsOf } from './keys.ts'
import { openKeys } from './shortcuts.ts'
import type { Printing } from './tunnel-keys.ts'

/** Ctrl-C, where the terminal makes no signal of it. */
const interrupt = () => void process.emit('SIGINT')

/** Looks so often how a tunnel is that was asked for, and so long, milliseconds. */
const lookMs = 500
const patienceMs = 30_000

function actingOn({ api }: Client, options: CommonOptions, io: Io, { line, lines }: Printing): Acting {
  const now = () => answerOf(api.status.$get())
  return {
    open: async () => void (await openInspector({ ...options, print: false, id: null }, io)),
    hookUrl: async () => firstHookUrl(await now()),
    async replayLast() {
      const [newest] = await findAll(api, '-note:imported', 1)
      if (newest === undefined) throw new UserError('Nothing has come yet.', 'There is nothing to replay.')
      // By the route that takes it.
      await answerOf(api.deliveries[':id'].replay.$post({ param: { id: `${newest.id}` }, json: {} }))
    },
    isPaused: async () => (await now()).forward?.paused ?? null,
    pause: async paused => void (await answerOf(api.forward.$put({ json: { paused } }))),
    tunnelWays: () => answerOf(api.tunnel.$get()),
    async useTunnel(way) {
      line(`Opening ${printable(wayName(way))} …`)
      let status = await answerOf(api.tunnel.$put({ json: { way: way.name } }))
      for (let waited = 0; status.tunnel.state === 'starting' && waited < patienceMs; waited += lookMs) {
        await sleep(lookMs, undefined, { signal: io.outputGone })
        status = await now()
      }
      const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
      lines(tunnelLines(status.tunnel, status.hooks, style))
    },
    quit: interrupt,
    quits: 'end this view; the other hookscope keeps listening',
  }
}

/** What the environment and a config file ask for, which the other one may have been started without. */
export interface AskedOfListen {
  /** Each field with where it stands. */
  readonly names: readonly (readonly [field: ConfigField, name: string])[]
  /** Their URLs. */
  readonly targets: readonly string[]
}

/** Keys are not compared: the other one tells nobody its own. */
function unusedText({ names, targets }: AskedOfListen, status: Status): string | null {
  const running = targetsOf(status)
  const isSame = targets.length === running.length && targets.every(target => running.includes(target))
  const unused = names.filter(([field]) => field !== 'forward' || !isSame).map(([, name]) => name)
  if (unused.length === 0) return null
  const are = unused.length === 1 ? 'is' : 'are'
  return `${unused.join(', ')} ${are} not used: the hookscope that is listening keeps what it was started with.`
}

/** @returns the exit code @throws UserError when the other one ends */
export async function attach(listener: Owner, options: CommonOptions, io: Io, asked: AskedOfListen): Promise<number> {
  const { say, warn } = sayingTo(io)
  const client = listenerClient(listener, io.outputGone)
  const [newest] = await findAll(client.api, '', 1)
  const now = await answerOf(client.api.status.$get())
  say('hookscope is already running on this database. Here is how it is doing, and each delivery as it comes.')
  say('Ctrl-C ends this view, and not the hookscope that is listening.')
  const unused = unusedText(asked, now)
  if (unused !== null) warn(unused)
  if (options.json) {
    const { version, hooks, db } = now
    const { inspectorUrl } = listener
    const link = inspectorLink(listener)
    const facts = { version, hooks, inspectorUrl, inspectorLink: link, db, targets: targetsOf(now), config: null }
    io.stdout.write(`${jsonText(readyLine(facts))}\n`)
  } else {
    say('')
    await showStatus(options, io)
    io.stdout.write('\n')
  }
  const hasKeys = !options.json && io.stdin.isTTY === true && io.stdout.isTTY === true
  const lines = (texts: readonly string[]) => void io.stdout.write(texts.map(text => `${text}\n`).join(''))
  const printing = { lines, line: (text: string) => lines([text]) }
  const shortcuts = shortcutsOf(actingOn(client, options, io, printing), printing, paintFor(io.stdout, io.environment))
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
