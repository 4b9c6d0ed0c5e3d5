/** `hookscope replay`: sends kept deliveries again, one after the other or at a pace. */
import { realpath } from 'node:fs/promises'
import type { DeliverySummary } from '../../core/delivery.ts'
import { isGood } from '../../core/outcome.ts'
import type { ReplayChanges } from '../../core/replay.ts'
import { parseQuery } from '../../core/search.ts'
import { clip, jsonText, printable } from '../../core/text.ts'
import { loadSettings, type TextOptions } from '../config.ts'
import { withoutEditorsChanges } from '../edited-body.ts'
import { editorWords, editText } from '../editor.ts'
import { exitCodes, UserError } from '../errors.ts'
import { type Io, openInterruption } from '../io.ts'
import { attemptLine } from '../json-lines.ts'
import { reachDatabase } from '../reach/database.ts'
import { reachListener } from '../reach/listener.ts'
import type { Reach } from '../reach/reach.ts'
import { gatherSecrets, type SecretOptions } from '../secrets.ts'
import { paced } from '../sender/pace.ts'
import { inOrder } from '../sender/replay-jobs.ts'
import { parseTarget } from '../sender/target.ts'
import { readOwner } from '../store/owner.ts'
import { attemptLines } from '../terminal/delivery-line.ts'
import { askSecret, askYes, canAsk } from '../terminal/prompt.ts'
import { paintFor, widthOf } from '../terminal/style.ts'
import { choose } from '../terminal/window-prompts.ts'

export interface ReplayOptions extends SecretOptions {
  readonly settings: TextOptions
  /** The path of `--config`. */
  readonly config: string | null
  readonly json: boolean
  /** Ids, or the words of a query. */
  readonly words: readonly string[]
  readonly to: string | null
  readonly edit: boolean
  readonly resign: boolean
  /** As typed; deliveries a second. */
  readonly rate: string | null
  readonly order: 'triggered' | 'received'
  readonly yes: boolean
}

const usage = { exitCode: exitCodes.usage }

/** @returns deliveries a second; null for one after the other */
function rateOf(rate: string | null): number | null {
  if (rate === null) return null
  const perSecond = /^\d{1,6}(?:\.\d{1,6})?$/.test(rate) ? Number(rate) : 0
  if (perSecond > 0) return perSecond
  throw new UserError(
    `--rate should be deliveries a second, such as 2 or 0.5, not ${clip(printable(rate), 40)}.`,
    'Leave it out to send one after the other.',
    usage,
  )
}

/** Words that are all numbers are ids. @returns how to find what they mean @throws UserError for a query that cannot be read */
function finderOf(words: readonly string[]): (reach: Reach) => Promise<DeliverySummary[]> {
  const ids = words.map(word => (/^#?\d{1,15}$/.test(word) ? Number(word.replace('#', '')) : null))
  const known = ids.filter(id => id !== null)
  if (known.length === ids.length) return reach => reach.byIds([...new Set(known)])
  const query = words.join(' ')
  const parsed = parseQuery(query)
  if (!parsed.ok) throw new UserError(parsed.problem.message, parsed.problem.hint, usage)
  return reach => reach.byQuery(query)
}

/** Keys on the command line that would not be used are not passed over without a word. */
function checkKeys(options: ReplayOptions, isListening: boolean, warn: (line: string) => void): void {
  const given = [
    options.signatureKey !== undefined && '--signature-key',
    options.signatureKeyFile !== undefined && '--signature-key-file',
    options.sourceKey !== undefined && '--source-key',
    options.sourceKeyFile !== undefined && '--source-key-file',
  ].filter(name => name !== false)
  if (given.length === 0) return
  const names = given.join(' and ')
  if (!options.resign) {
    warn(`${names} has no effect without --resign.`)
    return
  }
  if (!isListening) return
  throw new UserError(
    `${names} has no effect: the replay goes through the hookscope that is listening, which signs with its own keys.`,
    'Leave it out, having entered the key in the inspector or started hookscope with it; or end hookscope first.',
  )
}

/**
 * What of a saved body is sent. What the editor did by itself, a line break at the end for instance, is left out: at a
 * terminal the person is asked.
 */
async function chooseBody(before: Uint8Array, saved: Uint8Array, say: (line: string) => void): Promise<Uint8Array> {
  const { bytes, did } = withoutEditorsChanges(before, saved)
  const own = did.join(', ')
  const same = Buffer.compare(before, bytes) === 0
  if (did.length > 0 && canAsk()) {
    const without = same ? 'Send the body as it came' : 'Send your changes without this'
    const choice = await choose(`Your editor ${own}${same ? ' and changed nothing else' : ''}.`, [
      { value: 'without', label: without },
      { value: 'saved', label: 'Send the body as it was saved' },
    ])
    if (choice === null) throw new UserError('Canceled.', 'Nothing was sent.', { exitCode: exitCodes.failed })
    return choice === 'without' ? bytes : saved
  }
  if (same) {
    const what = did.length === 0 ? 'Nothing was changed' : `Your editor ${own} and changed nothing else`
    throw new UserError(`${what}, so nothing was sent.`, 'Leave out --edit to send it as it came.', {
      exitCode: exitCodes.failed,
    })
  }
  if (did.length > 0) say(`Your editor ${own}: this is left out.`)
  return bytes
}

/** What the person made of the body; undefined for the body as it came. */
async function edit(reach: Reach, id: number, io: Io, say: (line: string) => void): Promise<ReplayChanges | undefined> {
  const before = await reach.body(id)
  const words = editorWords(io.environment, process.platform === 'win32', canAsk())
  const after = await chooseBody(before, await editText(words, before, '.json'), say)
  if (Buffer.compare(before, after) === 0) return undefined
  try {
    // Text goes out uncompressed, also when what came was not.
    return { body: { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(after) } }
  } catch {
    return { body: { base64: Buffer.from(after).toString('base64') } }
  }
}

/** @returns the exit code: 0 when every target answered 2xx */
export async function replay(options: ReplayOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const warn = (line: string) => say(`${paint.yellow('Warning:')} ${printable(line)}`)
  const rate = rateOf(options.rate)
  if (options.to !== null) parseTarget(options.to)
  const find = finderOf(options.words)
  const { settings, file, warnings } = await loadSettings({
    options: options.settings,
    configPath: options.config,
    environment: io.environment,
    folder: io.folder,
  })
  for (const warning of warnings) warn(warning)
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))
  const { signal } = interruption

  // The listener's note lies beside the file itself, not beside a link to it.
  const owner = readOwner(await realpath(settings.db).catch(() => settings.db))
  checkKeys(options, owner !== null, warn)
  const reach =
    owner === null
      ? await reachDatabase({
          db: settings.db,
          secrets: options.resign
            ? await gatherSecrets({
                options,
                environment: io.environment,
                file,
                ask: canAsk() ? askSecret : null,
                warn,
              })
            : { signatureKey: null, sourceKey: null, basicAuth: null },
          forward: settings.forward[0] ?? null,
          signal,
        })
      : reachListener(owner, signal)
  try {
    const found = await find(reach)
    if (found.length === 0) {
      throw new UserError(
        'Nothing that was kept matches.',
        'Look in the inspector for what there is, or widen the query.',
        { exitCode: exitCodes.failed },
      )
    }
    const target = options.to ?? (await reach.defaultTarget())
    if (target === null) throw new UserError('There is no target to send to.', 'Name it with --to URL.', usage)
    const { href } = parseTarget(target)
    const ids = inOrder(found, options.order)
    const [first = 0] = ids
    if (options.edit && ids.length > 1) {
      throw new UserError(`--edit changes one delivery, and ${ids.length} match.`, 'Name one by its id.', usage)
    }
    if (ids.length > 1 && !options.yes) {
      const what = `${ids.length} deliveries would be sent to ${printable(href)}`
      if (!canAsk()) throw new UserError(`${what}.`, 'Add --yes when that is what you want.', usage)
      if (!(await askYes(`${what}. Send them?`))) return exitCodes.failed
    }
    if (options.edit && options.resign) {
      // Before anyone has typed: with any body, since only the key may be missing.
      await reach.check(first, { target: href, resign: true, changes: { body: { text: '' } } })
    }
    const changes = options.edit ? await edit(reach, first, io, say) : undefined
    if (changes !== undefined && !options.resign) {
      warn('The body is changed, so the X-Signature that came no longer fits it. --resign signs it anew.')
    }
    say(
      paint.dim(
        `Sending ${ids.length === 1 ? `#${first}` : `${ids.length} deliveries`} to ${printable(href)}, ${reach.way}.`,
      ),
    )

    const style = { paint, width: widthOf(io.stderr) }
    let good = 0
    let sent = 0
    await paced(ids, { rate, signal }, async id => {
      const attempt = await reach.replay(id, { target: href, changes, resign: options.resign })
      sent += 1
      if (isGood(attempt)) good += 1
      if (options.json) io.stdout.write(`${jsonText(attemptLine(attempt))}\n`)
      for (const line of attemptLines(attempt, style)) say(line)
    })
    if (ids.length > 1)
      say(
        `${good} of ${ids.length} were answered 2xx${sent < ids.length ? `; ${ids.length - sent} were not sent` : ''}.`,
      )
    return good === ids.length ? exitCodes.ok : exitCodes.failed
  } catch (error) {
    // Ctrl-C ends what was asked of the store or the listener, too: that it did not end well is no news.
    if (!signal.aborted) throw error
    say('Stopped.')
    return exitCodes.failed
  } finally {
    interruption.close()
    await reach.close()
  }
}
