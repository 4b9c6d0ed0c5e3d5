/** `hookscope check`: examines an endpoint and says whether it is ready to go live. */
import { access, constants, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type CheckReport, isJudged } from '../../core/finding.ts'
import type { SigningKey } from '../../core/hook.ts'
import { isLoopback } from '../../core/loopback.ts'
import type { ProbeId } from '../../core/probes.ts'
import { clip, jsonText, printable } from '../../core/text.ts'
import { checkNames, frameworkNamed, knownFailures } from '../check/choice.ts'
import { effectOfCommand, effectOfUrl } from '../check/effect-source.ts'
import { rateFor } from '../check/limits.ts'
import { htmlReport } from '../check/report/html.ts'
import { junitReport } from '../check/report/junit.ts'
import { type CheckRequest, newMark, planCheck, runCheck } from '../check/run.ts'
import { loadSettings } from '../config.ts'
import { exitCodes, UserError } from '../errors.ts'
import { type Io, openInterruption } from '../io.ts'
import { gatherSecrets, type SecretOptions, type StartedSecrets } from '../secrets.ts'
import { parseTarget } from '../sender/target.ts'
import { openCheckProgress } from '../terminal/check-progress.ts'
import { planLines, probeLines, reportLines } from '../terminal/check-report.ts'
import { summaryLines } from '../terminal/check-summary.ts'
import { askSecret, askText, canAsk } from '../terminal/prompt.ts'
import { paintFor, widthOf } from '../terminal/style.ts'
import { seedOf } from '../trigger/options.ts'

export interface CheckOptions extends SecretOptions {
  /** The path of `--config`. */
  readonly config: string | null
  readonly url: string | null
  readonly only: readonly string[]
  readonly skip: readonly string[]
  /** A command for the shell. */
  readonly effect: string | null
  readonly effectUrl: string | null
  /** As typed; requests a second. */
  readonly rate: string | null
  /** As typed. */
  readonly seed: string | null
  readonly yes: boolean
  readonly list: boolean
  /** Every finding in the terminal, with its fix, in place of ten lines. */
  readonly verbose: boolean
  /** Files to write. */
  readonly html: string | null
  readonly junit: string | null
  readonly json: boolean
  /** As typed. */
  readonly framework: string | null
  readonly failOn: 'warn' | 'fail'
  /** A file to read. */
  readonly baseline: string | null
}

/** For the check, 1 means “not ready”: all that keeps it from running is 2. */
const couldNotRun = { exitCode: exitCodes.usage }
function rateOf(rate: string | null, url: URL): number | null {
  if (rate === null) return rateFor(url, null)
  const perSecond = /^\d{1,6}(?:\.\d{1,6})?$/.test(rate) ? Number(rate) : 0
  if (perSecond > 0) return perSecond
  throw new UserError(
    `--rate should be requests a second, such as 20 or 0.5, not ${clip(printable(rate), 40)}.`,
    'Leave it out for the default.',
    couldNotRun,
  )
}

async function readBaseline(path: string | null, folder: string): Promise<ReadonlySet<ProbeId>> {
  if (path === null) return new Set()
  const where = `The baseline ${printable(path)}`
  let file: Uint8Array
  try {
    file = await readFile(resolve(folder, path))
  } catch (error) {
    throw new UserError(`${where} cannot be read.`, 'Check the path; hookscope check --json writes such a file.', {
      ...couldNotRun,
      cause: error,
    })
  }
  return knownFailures(file, where)
}

/** The key that signs: an endpoint has one. */
function keyOf({ signatureKey, sourceKey }: StartedSecrets): SigningKey | null {
  if (signatureKey !== null && sourceKey !== null)
    throw new UserError(
      'Both a signature key and a source key were given, and an endpoint checks with one.',
      'Leave out the one that the console does not use for it.',
      couldNotRun,
    )
  if (signatureKey !== null) return { kind: 'signature-key', key: signatureKey }
  return sourceKey === null ? null : { kind: 'source-key', key: sourceKey }
}

/** Events may make real orders: elsewhere than on this machine, a person types the host's name. */
async function confirm(url: URL, yes: boolean): Promise<void> {
  if (yes || isLoopback(url.hostname)) return
  if (!canAsk())
    throw new UserError(
      `${url.host} is not on this machine, and events may create real orders there.`,
      'Add --yes when that is what you want.',
      couldNotRun,
    )
  const typed = await askText(`Events may create real orders at ${url.host}. Type its name to go on:`)
  if (typed.trim() !== url.host)
    throw new UserError(`That is not ${url.host}, so nothing was sent.`, 'Type it exactly, or add --yes.', couldNotRun)
}

const unwritable = (path: string, cause: unknown) =>
  new UserError(`${printable(path)} cannot be written.`, 'Check the path and its permissions.', {
    ...couldNotRun,
    cause,
  })

/** Finds out before the run whether a report can be written after it. */
async function canWrite(path: string | null, folder: string): Promise<void> {
  if (path === null) return
  const file = resolve(folder, path)
  try {
    await access(dirname(file), constants.W_OK)
    const there = await stat(file).catch(() => null)
    if (there?.isDirectory()) throw new Error(`${file} is a folder`)
    if (there !== null) await access(file, constants.W_OK)
  } catch (error) {
    throw unwritable(path, error)
  }
}

async function write(path: string, text: string, folder: string): Promise<void> {
  try {
    await writeFile(resolve(folder, path), text)
  } catch (error) {
    throw unwritable(path, error)
  }
}

async function prepare(
  options: CheckOptions,
  io: Io,
  signal: AbortSignal,
  warn: (line: string) => void,
): Promise<CheckRequest> {
  if (options.url === null)
    throw new UserError(
      'The endpoint is missing.',
      'Name it: hookscope check http://localhost:3000/webhooks',
      couldNotRun,
    )
  const url = parseTarget(options.url)
  checkNames(options.only, '--only')
  checkNames(options.skip, '--skip')
  const framework = frameworkNamed(options.framework)
  if (options.effect !== null && options.effectUrl !== null)
    throw new UserError('--effect and --effect-url cannot be used together.', 'Leave one of them out.', couldNotRun)
  await canWrite(options.html, io.folder)
  await canWrite(options.junit, io.folder)
  const rate = rateOf(options.rate, url)
  const seed = seedOf(options.seed, 'Leave it out for the usual one.')
  const effectUrl = options.effectUrl === null ? null : parseTarget(options.effectUrl)
  const baseline = await readBaseline(options.baseline, io.folder)
  const loaded = await loadSettings({
    options: {},
    configPath: options.config,
    environment: io.environment,
    folder: io.folder,
  })
  const secrets = await gatherSecrets({
    options,
    environment: io.environment,
    file: loaded.file,
    ask: canAsk() ? askSecret : null,
    warn,
  })
  return {
    url,
    key: keyOf(secrets),
    authentication: secrets.basicAuth === null ? { kind: 'none' } : { kind: 'basic', ...secrets.basicAuth },
    only: options.only,
    skip: options.skip,
    failOn: options.failOn,
    baseline,
    framework,
    effect:
      options.effect !== null ? effectOfCommand(options.effect, signal) : effectUrl && effectOfUrl(effectUrl, signal),
    rate,
    ...(seed !== null && { seed }),
  }
}

async function examine(options: CheckOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const width = widthOf(io.stderr)
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const warn = (line: string) => say(`${paint.yellow('Warning:')} ${printable(line)}`)
  if (options.list) {
    io.stdout.write(`${probeLines(paintFor(io.stdout, io.environment)).join('\n')}\n`)
    return exitCodes.ok
  }
  const interruption = openInterruption(io, () => process.exit(exitCodes.usage))
  const { signal } = interruption
  try {
    const request = await prepare(options, io, signal, warn)
    if (request.key === null && request.authentication.kind === 'none')
      warn('Neither a key nor credentials were given: whether it refuses strangers cannot be examined.')
    const plan = planCheck(request, newMark())
    if (plan.probes.length === 0)
      throw new UserError('Nothing is left to examine.', '--skip leaves out all that --only names.', couldNotRun)
    for (const line of planLines(plan, request, { paint, width })) say(line)
    await confirm(request.url, options.yes)
    const progress = openCheckProgress(io.stderr, { paint, width }, options.verbose)
    const report = await runCheck(request, { mark: plan.mark, signal, onProgress: progress.tell }).finally(
      progress.close,
    )
    const lines = options.verbose ? reportLines : summaryLines
    for (const line of lines(report, { paint, width })) say(line)
    await hand(report, options, io, say)
    if (!report.complete || !isJudged(report.findings)) return exitCodes.usage
    return report.ready ? exitCodes.ok : exitCodes.failed
  } finally {
    interruption.close()
  }
}

/** Hands the report on as it was asked for. */
async function hand(report: CheckReport, options: CheckOptions, io: Io, say: (line: string) => unknown): Promise<void> {
  if (options.json) io.stdout.write(`${jsonText(report, 2)}\n`)
  for (const { path, text } of [
    { path: options.html, text: htmlReport },
    { path: options.junit, text: junitReport },
  ]) {
    if (path === null) continue
    await write(path, text(report), io.folder)
    say(`Written: ${printable(path)}`)
  }
}

/** @returns 0 ready, 1 not ready, 2 stopped, or nothing was judged @throws UserError, exit code 2, when it could not run */
export async function check(options: CheckOptions, io: Io): Promise<number> {
  try {
    return await examine(options, io)
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === exitCodes.usage) throw error
    throw new UserError(error.message, error.hint, { ...couldNotRun, cause: error })
  }
}
