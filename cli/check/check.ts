/**
 * `hookscope check`: examines an endpoint and says whether it is ready to go live. 1 means “not ready”: all that keeps it from
 * running is 2.
 */
import { access, constants, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { CheckChoices } from '../../core/check/check-run.ts'
import { type CheckReport, isJudged } from '../../core/check/finding.ts'
import type { ProbeId } from '../../core/check/probes.ts'
import type { SigningKey } from '../../core/hooks/hook.ts'
import { isLoopback } from '../../core/http/loopback.ts'
import { jsonText, printable } from '../../core/text/text.ts'
import { checkNames, frameworkNamed, knownFailures } from '../../server/check/choice.ts'
import { effectOfCommand, effectOfUrl } from '../../server/check/effect-source.ts'
import { rateFor } from '../../server/check/limits.ts'
import { htmlReport } from '../../server/check/report/html.ts'
import { junitReport } from '../../server/check/report/junit.ts'
import { type CheckRequest, newMark, planCheck, runCheck } from '../../server/check/run.ts'
import type { ConfigChoice } from '../../server/config/config-read.ts'
import { gatherSecrets, type SecretOptions, type StartedSecrets } from '../../server/config/secrets.ts'
import { exitCodes, UserError, usageError } from '../../server/lib/errors.ts'
import { parseTarget } from '../../server/sender/target.ts'
import { type Io, interruptible } from '../shared/io.ts'
import { askSecret, askText, canAsk } from '../shared/prompt.ts'
import { rateOf } from '../shared/rate-option.ts'
import { sayingTo } from '../shared/say.ts'
import { isSecretGiven, settingsFor } from '../shared/settings.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { seedOf } from '../trigger/options.ts'
import { openCheckProgress } from './check-progress.ts'
import { planLines, probeLines, reportLines } from './check-report.ts'
import { summaryLines } from './check-summary.ts'

export interface CheckCommandOptions
  extends SecretOptions,
    Pick<CheckChoices, 'only' | 'skip' | 'effectUrl' | 'failOn'> {
  readonly config: ConfigChoice
  readonly url: string | null
  /** A command for the shell. */
  readonly effect: string | null
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
  /** A file to read. */
  readonly baseline: string | null
}

async function readBaseline(path: string | null, folder: string): Promise<ReadonlySet<ProbeId>> {
  if (path === null) return new Set()
  const where = `The baseline ${printable(path)}`
  let file: Uint8Array
  try {
    file = await readFile(resolve(folder, path))
  } catch (error) {
    throw usageError(`${where} cannot be read.`, 'Check the path; hookscope check --json writes the file.', {
      cause: error,
    })
  }
  return knownFailures(file, where)
}

/** The key that signs: an endpoint has one. */
function keyOf({ signatureKey, sourceKey }: StartedSecrets): SigningKey | null {
  if (signatureKey !== null && sourceKey !== null)
    throw usageError(
      'Both a signature key and a source key were given, and an endpoint checks with one.',
      'Give only the one that the console uses for it.',
    )
  if (signatureKey !== null) return { kind: 'signature-key', key: signatureKey }
  return sourceKey === null ? null : { kind: 'source-key', key: sourceKey }
}

/** Events may make real orders: elsewhere than on this machine, a person types the host's name. */
async function confirm(url: URL, yes: boolean): Promise<void> {
  if (yes || isLoopback(url.hostname)) return
  if (!canAsk())
    throw usageError(
      `${url.host} is not on this machine, and events may create real orders there.`,
      'Add --yes to confirm.',
    )
  const typed = await askText(`Events may create real orders at ${url.host}. Type its name to continue:`)
  if (typed.trim() !== url.host)
    throw usageError(`That is not ${url.host}, so nothing was sent.`, 'Type it exactly, or add --yes.')
}

const unwritable = (path: string, cause: unknown) =>
  usageError(`${printable(path)} cannot be written.`, 'Check the path and its permissions.', { cause })

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
  options: CheckCommandOptions,
  io: Io,
  signal: AbortSignal,
  warn: (line: string) => void,
): Promise<CheckRequest> {
  if (options.url === null)
    throw usageError('The endpoint is missing.', 'Name it: hookscope check http://localhost:3000/webhooks')
  const url = parseTarget(options.url)
  checkNames(options.only, '--only')
  checkNames(options.skip, '--skip')
  const framework = frameworkNamed(options.framework)
  if (options.effect !== null && options.effectUrl !== null)
    throw usageError('--effect and --effect-url cannot be used together.', 'Use only one of them.')
  await canWrite(options.html, io.folder)
  await canWrite(options.junit, io.folder)
  const rate = rateFor(url, rateOf(options.rate, 'requests', 'Omit it for the default.'))
  const seed = seedOf(options.seed, 'Omit it for the default.')
  const effectUrl = options.effectUrl === null ? null : parseTarget(options.effectUrl)
  const baseline = await readBaseline(options.baseline, io.folder)
  const { file } = await settingsFor(options, io, { reads: 'everything', optional: isSecretGiven(options, io) })
  const secrets = await gatherSecrets({
    options,
    environment: io.environment,
    file,
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

async function examine(options: CheckCommandOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stderr, io.environment)
  const width = widthOf(io.stderr)
  const { say, put, warn } = sayingTo(io)
  if (options.list) {
    const style = { paint: paintFor(io.stdout, io.environment), width: widthOf(io.stdout) }
    io.stdout.write(`${probeLines(style).join('\n')}\n`)
    return exitCodes.ok
  }
  const work = async (signal: AbortSignal) => {
    const request = await prepare(options, io, signal, warn)
    if (request.key === null && request.authentication.kind === 'none')
      warn('Neither a key nor credentials were given: whether it refuses forged events is not tested.')
    const plan = planCheck(request, newMark())
    if (plan.probes.length === 0)
      throw usageError('Nothing is left to examine.', '--skip removes everything that --only selects.')
    put(planLines(plan, request, { paint, width }))
    await confirm(request.url, options.yes)
    const progress = openCheckProgress(io.stderr, { paint, width }, options.verbose)
    const report = await runCheck(request, { mark: plan.mark, signal, onProgress: progress.tell }).finally(
      progress.close,
    )
    const lines = options.verbose ? reportLines : summaryLines
    put(lines(report, { paint, width }))
    await hand(report, options, io, say)
    if (!report.complete || !isJudged(report.findings)) return exitCodes.usage
    return report.ready ? exitCodes.ok : exitCodes.failed
  }
  return interruptible(io, work, exitCodes.usage)
}

/** Hands the report on as it was asked for. */
async function hand(
  report: CheckReport,
  options: CheckCommandOptions,
  io: Io,
  say: (line: string) => unknown,
): Promise<void> {
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
export async function checkCommand(options: CheckCommandOptions, io: Io): Promise<number> {
  try {
    return await examine(options, io)
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode === exitCodes.usage) throw error
    throw usageError(error.message, error.hint, { cause: error })
  }
}
