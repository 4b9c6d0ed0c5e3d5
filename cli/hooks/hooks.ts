/** `hookscope hooks`: the console's list of webhooks and its windows, at a terminal and for scripts. */
import type { HookChange, HookDraft, HookView, VerificationJob } from '../../core/hooks/hook.ts'
import { verdictChangesText } from '../../core/hooks/verdict-changes.ts'
import { jsonText, printable, withCommas } from '../../core/text/text.ts'
import type { SecretInput } from '../../server/config/secrets.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { hookUrlRefused } from '../../server/hooks/hook-url.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { shellWord } from '../../server/lib/shell-word.ts'
import { answerOf, type Client, findListener, openClient } from '../client.ts'
import { type Io, stoppable } from '../shared/io.ts'
import { askSecret, askYes, canAsk } from '../shared/prompt.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { enteredFields, missingFields } from './fields.ts'
import { chosenHook, findHook } from './find-hook.ts'
import { type HookLine, hookLine, hookLines, mockResponseText } from './hook-lines.ts'
import { typedMockResponse } from './mock-response.ts'
import type { HooksCommandOptions } from './options.ts'
import { verifyStoredAgain } from './verify-again.ts'

/** What the actions have in common. */
interface HooksContext {
  readonly options: HooksCommandOptions
  /**
   * Opens the client for as long as the work takes: while a person thinks, the database is free for another terminal, or
   * for the hookscope that is started there.
   */
  withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result>
  /** Aborted at Ctrl-C. */
  readonly signal: AbortSignal
  /** Whether there is someone to ask. */
  readonly canTalk: boolean
  readonly secrets: SecretInput
  /** What was asked for: on standard output. */
  show(hook: HookView, warnings?: readonly string[]): void
  write(line: HookLine): void
  /** What else is worth knowing: on standard error. */
  say(line: string): void
  /** Over the line before, where a person watches. */
  progress(line: string): void
}

const missingHint = 'Add one with hookscope hooks add, or choose another database with --db.'
const noSuchHook = new UserError('There is no such hook.', 'hookscope hooks list shows all hooks.', {
  exitCode: exitCodes.failed,
})

/** Oldest first. */
const hooksOf = async ({ api }: Client): Promise<readonly HookView[]> => (await answerOf(api.hooks.$get())).hooks

/** @returns the exit code: 0 done · 1 no such hook, or given up · 2 wrong command line · 3 cannot run here */
export async function hooks(options: HooksCommandOptions, io: Io): Promise<number> {
  const { say, warn } = sayingTo(io)
  const write = (line: HookLine) => io.stdout.write(`${jsonText(line)}\n`)
  typedMockResponse(options.mockResponse)
  const { settings } = await settingsFor(options, io, { reads: ['db', 'publicUrl', 'port', 'inspectorPort'] })
  let isListening = false
  const canTalk = canAsk() && !options.json
  const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
  return stoppable(io, say, signal =>
    actions[options.action]({
      options,
      async withClient(work) {
        const listener = await findListener(settings.db, signal)
        isListening = listener !== null
        const make = options.action === 'add'
        // The secrets of a start count while it listens; here it is about those that are saved.
        const client = await openClient(listener, {
          ...{ settings, folder: io.folder, signal, secrets: noSecrets, make, missingHint },
        })
        return work(client).finally(() => client.close())
      },
      signal,
      canTalk,
      // The config file's keys are those of a start, not of a hook that is saved.
      secrets: {
        options,
        environment: io.environment,
        file: {},
        ask: canTalk ? askSecret : null,
        warn,
        ...inputOf(io),
      },
      show(hook, concerns = []) {
        if (options.json) write(hookLine(hook, concerns, isListening))
        else for (const line of hookLines(hook, style)) io.stdout.write(`${line}\n`)
        for (const concern of concerns) warn(concern)
      },
      write,
      say,
      progress: line => canTalk && io.stderr.write(`\r\u001b[K${line}`),
    }),
  )
}

const actions: Readonly<Record<HooksCommandOptions['action'], (context: HooksContext) => Promise<number>>> = {
  list,
  add,
  edit,
  remove,
  restore,
  mock,
}

/** Secrets are a line; whatever is longer is not one. */
const inputBytes = 8192

/** Standard input, which can be one secret only. */
function inputOf(io: Io): Pick<SecretInput, 'readInput'> {
  let isRead = false
  return {
    async readInput() {
      if (isRead) throw usageError('Only one secret can come from standard input.', 'Give the other in a file.')
      isRead = true
      let text = ''
      for await (const chunk of io.stdin.setEncoding('utf8')) {
        text += String(chunk)
        if (text.length > inputBytes) break
      }
      return text
    },
  }
}

async function list({ options, withClient, show, say }: HooksContext): Promise<number> {
  const found = await withClient(hooksOf)
  for (const hook of found) show(hook)
  if (found.length === 0 && !options.json) say('There are no hooks. Add one: hookscope hooks add')
  return exitCodes.ok
}

async function add(context: HooksContext): Promise<number> {
  const { options, withClient, canTalk, secrets, show, say } = context
  const entered = await enteredFields(options, secrets)
  const missing = missingFields(entered)
  const { label, customUrl = null, events, authentication, signature, forward } = entered
  const save = async (draft: HookDraft) => {
    const { hook, warnings } = await withClient(({ api }) => answerOf(api.hooks.$post({ json: draft })))
    show(hook, warnings)
    return exitCodes.ok
  }
  if (label !== undefined && events && authentication && signature)
    return save({ label, customUrl, events, authentication, signature, forward })
  if (!canTalk) throw usageError(`Every field is required: ${missing.join(', ')}.`, 'See hookscope hooks add --help')
  const { addWindow } = await import('./window.ts')
  let draft = await addWindow(entered)
  while (draft !== null) {
    const { customUrl: refusedUrl, ...rest } = draft
    const code = await unlessUrlIsRefused(context, save(draft))
    if (code !== null) return code
    draft = await addWindow(rest, refusedUrl)
  }
  say('Closed: no hook was added.')
  return exitCodes.failed
}

/**
 * A certificate is looked at last, when everything else is entered: what was entered is not lost for it.
 * @returns null when the Hook URL was refused, after saying why
 */
async function unlessUrlIsRefused({ say }: HooksContext, saving: Promise<number>): Promise<number | null> {
  try {
    return await saving
  } catch (error) {
    if (!(error instanceof UserError && error.code === hookUrlRefused)) throw error
    say(error.message)
    say(`  ${error.hint}`)
    return null
  }
}

async function edit(context: HooksContext): Promise<number> {
  const { options, withClient, canTalk, secrets, say } = context
  const known = await withClient(hooksOf)
  const hook = await chosenHook(known, options.hook, { canTalk, onlyOneIsMeant: true })
  if (hook === null) return exitCodes.failed
  const entered = await enteredFields(options, secrets)
  if (Object.keys(entered).length > 0) return save(context, hook, entered)
  if (options.verifyAgain) return verifyAsAsked(context, hook)
  if (!canTalk) throw usageError('There is nothing to change.', 'See hookscope hooks edit --help')
  const { editWindow } = await import('./window.ts')
  let change: HookChange = {}
  for (;;) {
    const outcome = await editWindow(hook, change)
    if (outcome.kind === 'delete') return removeHook(context, hook)
    if (outcome.kind === 'close') {
      say('Closed: nothing was changed.')
      return exitCodes.failed
    }
    change = outcome.change
    const code = await unlessUrlIsRefused(context, save(context, hook, change))
    if (code !== null) return code
  }
}

async function save(context: HooksContext, { id }: HookView, change: HookChange): Promise<number> {
  const { options, withClient, canTalk, show, say } = context
  const { hook, warnings, secretsChanged } = await withClient(({ api }) =>
    answerOf(api.hooks[':id'].$put({ param: { id }, json: change }), noSuchHook),
  )
  show(hook, warnings)
  if (!secretsChanged) return options.verifyAgain ? verifyAsAsked(context, hook) : exitCodes.ok
  const question = 'A secret changed. Check the stored deliveries of this hook again?'
  const again = options.verifyAgain ?? (canTalk && (await askYes(question)))
  if (again) return verifyAgain(context, hook, changeReason(change))
  if (options.verifyAgain === null && !canTalk)
    say('The stored deliveries of this hook keep their verdicts; --verify-again checks them again.')
  return exitCodes.ok
}

/** What history says. */
function changeReason(change: HookChange): string {
  const what = [
    change.signature !== undefined && 'the Signature',
    change.authentication !== undefined && 'the Authentication',
  ].filter(part => part !== false)
  return `${what.join(' and ')} ${what.length > 1 ? 'were' : 'was'} changed`
}

/** With the key in force: a listening hookscope's own, else the one that is saved. */
async function verifyAsAsked(context: HooksContext, hook: HookView): Promise<number> {
  const { label, signing, authentication } = hook
  // Every verdict would be lost, where the key was that of a start.
  if (signing.kind === 'none' && authentication.kind === 'none') {
    throw new UserError(
      `There is no key to verify the deliveries of “${printable(label)}” with.`,
      `Start hookscope with its key, and while it runs: hookscope hooks edit ${shellWord(printable(label))} --verify-again`,
    )
  }
  return verifyAgain(context, hook, 'asked for with --verify-again')
}

async function verifyAgain(
  { options, withClient, signal, write, say, progress }: HooksContext,
  hook: HookView,
  reason: string,
) {
  const tell = (job: VerificationJob) => progress(`Checked ${withCommas(job.checked)} of ${withCommas(job.total)}.`)
  const job = await withClient(client => verifyStoredAgain(client, hook.id, reason, tell, signal))
  progress('')
  const { state, checked, changed, nowVerified, noLongerVerified } = job
  if (options.json) write({ kind: 'reverified', hook: hook.id, checked, changed, nowVerified, noLongerVerified })
  say(
    `Checked ${withCommas(checked)} stored ${checked === 1 ? 'delivery' : 'deliveries'} again: ${verdictChangesText(job)}.`,
  )
  if (noLongerVerified > 0)
    say('Each delivery keeps its earlier verdicts. Where the other key was right, check again with that one.')
  if (state === 'done') return exitCodes.ok
  say('It did not finish.')
  return exitCodes.failed
}

async function remove(context: HooksContext): Promise<number> {
  const { options, withClient, canTalk, say } = context
  const known = await withClient(hooksOf)
  const hook = await chosenHook(known, options.hook, { canTalk, onlyOneIsMeant: false })
  if (hook === null) return exitCodes.failed
  if (!options.yes) {
    const question = `Delete “${printable(hook.label)}”? Its deliveries stay.`
    if (!canTalk) throw usageError(question, 'Add --yes to confirm.')
    const { isSure } = await import('./window.ts')
    if (!(await isSure(question, 'Delete Hook'))) {
      say('Closed: nothing was deleted.')
      return exitCodes.failed
    }
  }
  return removeHook(context, hook)
}

async function removeHook({ options, withClient, write, say }: HooksContext, { id, label }: HookView): Promise<number> {
  await withClient(({ api }) => answerOf(api.hooks[':id'].$delete({ param: { id } }), noSuchHook))
  if (options.json) write({ kind: 'removed', id, label })
  say(`Deleted “${printable(label)}”. Its deliveries stay; restore it with hookscope hooks restore ${id}`)
  return exitCodes.ok
}

async function restore({ options, withClient, show }: HooksContext): Promise<number> {
  const id = options.hook ?? ''
  const { hook, warnings } = await withClient(({ api }) =>
    answerOf(api.hooks[':id'].restore.$post({ param: { id: encodeURIComponent(id) }, json: {} }), noSuchHook),
  )
  show(hook, warnings)
  return exitCodes.ok
}

async function mock({ options, withClient, canTalk, show, say }: HooksContext): Promise<number> {
  const asked = typedMockResponse(options.mockResponse)
  const known = await withClient(hooksOf)
  const hook =
    options.hook === null
      ? await chosenHook(known, null, { canTalk, onlyOneIsMeant: true })
      : findHook(known, options.hook)
  if (hook === null) return exitCodes.failed
  const { hook: now } =
    asked === undefined
      ? { hook }
      : await withClient(({ api }) =>
          answerOf(api.hooks[':id'].rehearsal.$put({ param: { id: hook.id }, json: { rehearsal: asked } }), noSuchHook),
        )
  show(now)
  if (now.rehearsal === null) say('Deliveries are answered as usual.')
  else say(`Accepted deliveries get the mock response: ${mockResponseText(now.rehearsal)}. --off ends it.`)
  return exitCodes.ok
}
