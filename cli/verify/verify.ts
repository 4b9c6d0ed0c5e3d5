/** `hookscope verify`: whether a signature fits a body, and why not. */
import type { Parting } from '../../core/deliveries/diagnosis.ts'
import { type Hook, keyNames } from '../../core/hooks/hook.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import { clip, jsonText, printable } from '../../core/text/text.ts'
import { diagnose } from '../../server/diagnose/diagnose.ts'
import { exitCodes } from '../../server/lib/errors.ts'
import { signatureReport } from '../../server/verify/signature.ts'
import type { Io } from '../shared/io.ts'
import { type OfflineOptions, readBodyFile, readKeys } from '../shared/offline.ts'
import { paintFor, widthOf } from '../shared/style.ts'
import { wrapWords } from '../shared/wrap.ts'

export interface VerifyCommandOptions extends OfflineOptions {
  /** As typed; the whole header line will do. */
  readonly signature: string
}

/** @returns the exit code: 0 when it fits */
export async function verifyCommand(options: VerifyCommandOptions, io: Io): Promise<number> {
  const keys = await readKeys(options, io)
  const body = await readBodyFile(options, io)
  const received = options.signature.replace(/^\s*x-signature\s*:\s*/i, '')
  const hook: Hook = {
    id: 'offline',
    label: '',
    path: '/',
    authentication: { kind: 'none' },
    signing: { kind: 'hmac', keys },
  }
  const report = signatureReport(hook, [[signatureHeader, received]], body)
  const paint = paintFor(io.stdout, io.environment)
  const say = (line: string) => io.stdout.write(`${line}\n`)

  const fitting = report.keys.find(({ matches }) => matches)
  if (fitting !== undefined) {
    const { kind, masked } = fitting
    if (options.json) say(jsonText({ kind: 'verification', fits: true, bytes: body.length, key: { kind, masked } }))
    else say(`${paint.green('✓ It fits')} the ${body.length} bytes, with the ${keyNames[kind]} ${masked}.`)
    return exitCodes.ok
  }

  const diagnosis = await diagnose({ hook, others: [], received: [received], body, headers: [] })
  const expected = report.keys.map(({ kind, masked, expected }) => ({ kind, masked, expected }))
  if (options.json) {
    say(jsonText({ kind: 'verification', fits: false, bytes: body.length, received, expected, diagnosis }))
    return exitCodes.failed
  }
  const sentence = diagnosis?.sentence ?? ''
  const [first = '', ...more] = wrapWords(`✗ ${sentence}`, widthOf(io.stdout))
  say(paint.red(first))
  for (const line of more) say(paint.red(`  ${line}`))
  say(`  received  ${clip(printable(received), 140)}`)
  for (const key of expected) say(`  expected  ${key.expected}  with the ${keyNames[key.kind]} ${key.masked}`)
  if (diagnosis?.kind === 'found') {
    say(`  causes    ${diagnosis.causes.join(', ')}`)
    if (diagnosis.parting !== null) for (const line of partingLines(diagnosis.parting)) say(line)
  }
  return exitCodes.failed
}

/** Both bodies where they part, one above the other. */
function partingLines({ offset, received, signed }: Parting): string[] {
  const pad = Math.max(received.before.length, signed.before.length)
  const line = (name: string, { before, after }: Parting['received']) =>
    `    ${name}  ${before.padStart(pad)}${after === '' ? '(the end)' : after}`
  return [
    `  The bodies differ from byte ${offset} on, counted from 0:`,
    line('given ', received),
    line('signed', signed),
    `${' '.repeat(12 + pad)}^`,
  ]
}
