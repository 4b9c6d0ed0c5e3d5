/** `hookscope hooks`: the console's list of webhooks and its windows, at a terminal and for scripts. */
import type { HookChange, HookDraft, HookView, VerificationJob } from '../../core/hook.ts'
import { jsonText, printable } from '../../core/text.ts'
import { loadSettings } from '../config.ts'
import { fieldsOf, missingFields } from '../console-window/fields.ts'
import { chosenHook, findHook } from '../console-window/find-hook.ts'
import type { HooksOptions } from '../console-window/options.ts'
import { rehearsalOf } from '../console-window/rehearsal.ts'
import { exitCodes, UserError } from '../errors.ts'
import { hookUrlRefused } from '../hooks/hook-url.ts'
import { type Io, openInterruption } from '../io.ts'
import type { HooksReach } from '../reach/hooks.ts'
import { reachHooksOnDatabase } from '../reach/hooks-database.ts'
import { reachHooksOfListener } from '../reach/hooks-listener.ts'
import { ownerOf } from '../reach/simulator.ts'
import type { SecretInput } from '../secrets.ts'
import { type HookLine, hookLine, hookLines, rehearsalText } from '../terminal/hook-lines.ts'
import { askSecret, askYes, canAsk } from '../terminal/prompt.ts'
import { paintFor, widthOf } from '../terminal/style.ts'

/** What the actions have in common. */
interface Desk {
  readonly options: HooksOptions
  /**
   * Work on the hooks, which are reached for that long only: while a person thinks, the database is free for another
   * terminal, or for the hookscope that is started there.
   */
  withHooks<Result>(work: (hooks: HooksReach) => Promise<Result>): Promise<Result>
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

const usage = { exitCode: exitCodes.usage }

/** @returns the exit code: 0 done · 1 no such hook, or given up · 2 wrong command line · 3 cannot run here */
export async function hooks(options: HooksOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const warn = (line: string) => say(`${paint.yellow('Warning:')} ${printable(line)}`)
  const write = (line: HookLine) => io.stdout.write(`${jsonText(line)}\n`)
  rehearsalOf(options.rehearsal)
  const { settings, warnings } = await loadSettings({
    options: options.settings,
    configPath: options.config,
    environment: io.environment,
    folder: io.folder,
  })
  for (const warning of warnings) warn(warning)
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))
  const { signal } = interruption
  const { db, publicUrl } = settings
  let isListening = false
  const openReach = async () => {
    const owner = await ownerOf(db)
    isListening = owner !== null
    return owner === null
      ? reachHooksOnDatabase({ db, make: options.action === 'add', publicUrl, signal })
      : reachHooksOfListener(owner, signal)
  }
  const canTalk = canAsk() && !options.json
  const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
  try {
    return await actions[options.action]({
      options,
      async withHooks(work) {
        const reach = await openReach()
        try {
          return await work(reach)
        } finally {
          await reach.close()
        }
      },
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
    })
  } catch (error) {
    if (!signal.aborted) throw error
    say('Stopped.')
    return exitCodes.failed
  } finally {
    interruption.close()
  }
}

const actions: Readonly<Record<HooksOptions['action'], (desk: Desk) => Promise<number>>> = {
  list,
  add,
  edit,
  remove,
  restore,
  rehearse,
}

/** Secrets are a line; whatever is longer is not one. */
const inputBytes = 8192

/** Standard input, which can be one secret only. */
function inputOf(io: Io): Pick<SecretInput, 'readInput'> {
  let isRead = false
  return {
    async readInput() {
      if (isRead) throw new UserError('Standard input cannot be two secrets.', 'Give one of them in a file.', usage)
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

async function list({ options, withHooks, show, say }: Desk): Promise<number> {
  const found = await withHooks(hooks => hooks.hooks())
  for (const hook of found) show(hook)
  if (found.length === 0 && !options.json) say('There are no hooks. hookscope hooks add makes one.')
  return exitCodes.ok
}

async function add(desk: Desk): Promise<number> {
  const { options, withHooks, canTalk, secrets, show, say } = desk
  const entered = await fieldsOf(options, secrets)
  const missing = missingFields(entered)
  const { label, customUrl = null, events, authentication, signature } = entered
  const save = async (draft: HookDraft) => {
    const { hook, warnings } = await withHooks(hooks => hooks.add(draft))
    show(hook, warnings)
    return exitCodes.ok
  }
  if (label !== undefined && events && authentication && signature)
    return save({ label, customUrl, events, authentication, signature })
  if (!canTalk)
    throw new UserError(`Every field is required: ${missing.join(', ')}.`, 'See hookscope hooks add --help', usage)
  const { addWindow } = await import('../console-window/window.ts')
  let draft = await addWindow(entered)
  while (draft !== null) {
    const { customUrl: refusedUrl, ...rest } = draft
    const code = await unlessUrlIsRefused(desk, save(draft))
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
async function unlessUrlIsRefused({ say }: Desk, saving: Promise<number>): Promise<number | null> {
  try {
    return await saving
  } catch (error) {
    if (!(error instanceof UserError && error.code === hookUrlRefused)) throw error
    say(`${error.message}\n  ${error.hint}`)
    return null
  }
}

async function edit(desk: Desk): Promise<number> {
  const { options, withHooks, canTalk, secrets, say } = desk
  const known = await withHooks(hooks => hooks.hooks())
  const hook = await chosenHook(known, options.hook, { canTalk, onlyOneIsMeant: true })
  if (hook === null) return exitCodes.failed
  const entered = await fieldsOf(options, secrets)
  if (Object.keys(entered).length > 0) return save(desk, hook, entered)
  if (!canTalk) throw new UserError('There is nothing to change.', 'See hookscope hooks edit --help', usage)
  const { editWindow } = await import('../console-window/window.ts')
  let change: HookChange = {}
  for (;;) {
    const outcome = await editWindow(hook, change)
    if (outcome.kind === 'delete') return takeAway(desk, hook)
    if (outcome.kind === 'close') {
      say('Closed: nothing was changed.')
      return exitCodes.failed
    }
    change = outcome.change
    const code = await unlessUrlIsRefused(desk, save(desk, hook, change))
    if (code !== null) return code
  }
}

async function save(desk: Desk, { id }: HookView, change: HookChange): Promise<number> {
  const { options, withHooks, canTalk, show, say } = desk
  const { hook, warnings, secretsChanged } = await withHooks(hooks => hooks.change(id, change))
  show(hook, warnings)
  if (!secretsChanged) return exitCodes.ok
  const question = 'A secret is another now. Check the stored deliveries of this hook again?'
  const again = options.verifyAgain ?? (canTalk && (await askYes(question)))
  if (again) return verifyAgain(desk, hook, change)
  if (options.verifyAgain === null && !canTalk)
    say('The stored deliveries of this hook keep their verdicts; --verify-again checks them again.')
  return exitCodes.ok
}

const count = (number: number) => number.toLocaleString('en')

async function verifyAgain({ options, withHooks, write, say, progress }: Desk, hook: HookView, change: HookChange) {
  const what = [
    change.signature !== undefined && 'the Signature',
    change.authentication !== undefined && 'the Authentication',
  ].filter(part => part !== false)
  const reason = `${what.join(' and ')} ${what.length > 1 ? 'were' : 'was'} changed`
  const tell = (job: VerificationJob) => progress(`Checked ${count(job.checked)} of ${count(job.total)}.`)
  const { state, checked, changed } = await withHooks(hooks => hooks.verifyAgain(hook.id, reason, tell))
  progress('')
  if (options.json) write({ kind: 'reverified', hook: hook.id, checked, changed })
  say(`Checked ${count(checked)} stored deliveries again: ${count(changed)} verdicts are others now.`)
  if (state === 'done') return exitCodes.ok
  say('It did not get to the end.')
  return exitCodes.failed
}

async function remove(desk: Desk): Promise<number> {
  const { options, withHooks, canTalk, say } = desk
  const known = await withHooks(hooks => hooks.hooks())
  const hook = await chosenHook(known, options.hook, { canTalk, onlyOneIsMeant: false })
  if (hook === null) return exitCodes.failed
  if (!options.yes) {
    const question = `Delete “${printable(hook.label)}”? Its deliveries stay.`
    if (!canTalk) throw new UserError(question, 'Add --yes when that is what you want.', usage)
    const { isSure } = await import('../console-window/window.ts')
    if (!(await isSure(question, 'Delete Hook'))) {
      say('Closed: nothing was deleted.')
      return exitCodes.failed
    }
  }
  return takeAway(desk, hook)
}

async function takeAway({ options, withHooks, write, say }: Desk, { id, label }: HookView): Promise<number> {
  await withHooks(hooks => hooks.remove(id))
  if (options.json) write({ kind: 'removed', id, label })
  say(`Deleted “${printable(label)}”. Its deliveries stay; hookscope hooks restore ${id} brings it back.`)
  return exitCodes.ok
}

async function restore({ options, withHooks, show }: Desk): Promise<number> {
  show(await withHooks(hooks => hooks.restore(options.hook ?? '')))
  return exitCodes.ok
}

async function rehearse({ options, withHooks, canTalk, show, say }: Desk): Promise<number> {
  const asked = rehearsalOf(options.rehearsal)
  const known = await withHooks(hooks => hooks.hooks())
  const hook =
    options.hook === null
      ? await chosenHook(known, null, { canTalk, onlyOneIsMeant: true })
      : findHook(known, options.hook)
  if (hook === null) return exitCodes.failed
  const now = asked === undefined ? hook : await withHooks(hooks => hooks.rehearse(hook.id, asked))
  show(now)
  if (now.rehearsal === null) say('Deliveries are answered as usual.')
  else say(`Accepted deliveries are answered on trial: ${rehearsalText(now.rehearsal)}. --off ends it.`)
  return exitCodes.ok
}
