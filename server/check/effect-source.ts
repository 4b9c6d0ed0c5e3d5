/** Where the effect of an event is read: a command's output, or what a URL answers. Both are the user's own. */
import { exec } from 'node:child_process'
import type { HeaderList } from '../../core/http/headers.ts'
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../lib/errors.ts'
import { send } from '../sender/send.ts'
import type { EffectReading } from './effect.ts'

/** Longer than this no reading takes, milliseconds. */
const readingMs = 30_000
const longestOutput = 1024 * 1024

const problem = (message: string) =>
  usageError(message, 'It should print a number, or a JSON object of numbers such as {"orders": 12, "stock": 88}.')

/**
 * Numbers out of text: one number, or a JSON object of which those members count that are numbers.
 * @param where names the source in an error
 * @throws UserError when there is no number in it
 */
export function parseReading(text: string, where: string): EffectReading {
  const shown = clip(printable(text.trim()), 120)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw problem(`${where} gave ${shown === '' ? 'nothing' : `“${shown}”`}, which is not a number.`)
  }
  if (typeof json === 'number') return { effect: json }
  const numbers =
    typeof json === 'object' && json !== null && !Array.isArray(json)
      ? Object.entries(json).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
      : []
  if (numbers.length === 0) throw problem(`${where} gave “${shown}”, which contains no number.`)
  return Object.fromEntries(numbers)
}

/** @param command as typed, for the shell of this system */
export function effectOfCommand(command: string, signal: AbortSignal): () => Promise<EffectReading> {
  return () =>
    new Promise((resolve, reject) => {
      exec(command, { timeout: readingMs, maxBuffer: longestOutput, signal }, (error, stdout, stderr) => {
        if (signal.aborted) return reject(signal.reason)
        if (error)
          return reject(problem(`The effect’s command failed: ${clip(printable(stderr.trim() || error.message), 300)}`))
        try {
          resolve(parseReading(stdout, 'The effect’s command'))
        } catch (unreadable) {
          reject(unreadable)
        }
      })
    })
}

/** Read as everything is sent: no redirect is followed, and a name that changes its kind of address is refused. */
export function effectOfUrl(url: URL, signal: AbortSignal): () => Promise<EffectReading> {
  return async () => {
    const headers: HeaderList = [
      ['Host', url.host],
      ['Accept', 'application/json'],
      ['Cache-Control', 'no-cache'],
    ]
    const { answer, error } = await send(
      { method: 'GET', url: url.href, headers, body: new Uint8Array() },
      { readMs: readingMs, bodyCap: longestOutput, bodyLimit: longestOutput, signal },
    )
    signal.throwIfAborted()
    if (answer === null)
      throw problem(`The effect’s URL could not be read: ${clip(printable(error?.message ?? 'no answer'), 200)}`)
    if (answer.status < 200 || answer.status > 299) throw problem(`The effect’s URL answered ${answer.status}.`)
    if (answer.bodyBytes > longestOutput) throw problem('The effect’s URL answered more than 1 MiB.')
    return parseReading(new TextDecoder().decode(answer.body), 'The effect’s URL')
  }
}
