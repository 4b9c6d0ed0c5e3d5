/** `hookscope samples`: lists, shows, saves and removes samples of the person's own. */

import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { findEvent } from '../../core/events/catalogue.ts'
import { sampleEvent, sampleFields } from '../../core/events/generator/samples.ts'
import type { Sample } from '../../core/simulate/simulation.ts'
import { clip, jsonText, printable } from '../../core/text/text.ts'
import { noSecrets } from '../../server/hooks/active.ts'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { type ApiClient, answerOf, findListener, openClient } from '../client.ts'
import { deliveryIdOf } from '../shared/ids.ts'
import { type Io, openInterruption } from '../shared/io.ts'
import { noDatabase } from '../shared/no-database.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { settingsFor } from '../shared/settings.ts'
import { paintFor } from '../shared/style.ts'
import { fieldsOf, type KnownField } from '../trigger/changes.ts'
import { unknownType } from '../trigger/items.ts'
import { seedOf } from '../trigger/options.ts'

export type SamplesAction =
  | { readonly kind: 'list' }
  | {
      readonly kind: 'show'
      /** Of a sample, or an event type in either spelling. */
      readonly name: string
      readonly fields: boolean
      readonly seed: string | null
    }
  | { readonly kind: 'save'; readonly id: string; readonly name: string }
  | { readonly kind: 'remove'; readonly names: readonly string[] }

export interface SamplesCommandOptions extends CommonOptions {
  readonly action: SamplesAction
}

/** @returns whether it was there */
async function removeSample(api: ApiClient, name: string): Promise<boolean> {
  const missing = new UserError('There is no such sample.', '')
  try {
    await answerOf(api.samples[':name'].$delete({ param: { name: encodeURIComponent(name) } }), missing)
    return true
  } catch (error) {
    if (error === missing) return false
    throw error
  }
}

/** @returns the exit code */
export async function samples(
  { settings: typed, config, json, action }: SamplesCommandOptions,
  io: Io,
): Promise<number> {
  const paint = paintFor(io.stdout, io.environment)
  const print = (line: string) => io.stdout.write(`${line}\n`)
  const { say } = sayingTo(io)
  const { settings } = await settingsFor({ config, settings: typed }, io, { reads: ['db'] })
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))

  async function withApi<Result>(work: (api: ApiClient) => Promise<Result>): Promise<Result> {
    const { signal } = interruption
    const listener = await findListener(settings.db, signal)
    const client = await openClient(listener, {
      ...{ settings, folder: io.folder, secrets: noSecrets, signal, missingHint: noDatabase },
    })
    return work(client.api).finally(() => client.close())
  }
  /** None where there is no database: event types can be shown all the same. */
  const kept = async (): Promise<readonly Sample[]> =>
    existsSync(settings.db) ? (await withApi(api => answerOf(api.samples.$get()))).samples : []

  function showFields(fields: readonly KnownField[], exampleOf: (path: string) => unknown) {
    const shown = fields.filter(({ json: kind }) => kind !== 'object')
    const width = Math.max(0, ...shown.map(({ path }) => path.length))
    for (const { path, json: kind } of shown) {
      const example = exampleOf(path)
      if (json) print(jsonText({ kind: 'field', path, json: kind, example }))
      else
        print(
          `${clip(printable(path), 120).padEnd(width)}  ${paint.dim(kind.padEnd(7))}  ${clip(printable(JSON.stringify(example) ?? ''), 60)}`,
        )
    }
  }

  try {
    switch (action.kind) {
      case 'list': {
        const all = await kept()
        if (all.length === 0 && !json)
          say('There are no samples yet. Save one from a delivery: hookscope samples save ID NAME')
        const width = Math.max(0, ...all.map(({ name }) => name.length))
        for (const { body, ...sample } of all) {
          const from = sample.delivery === null ? '' : `  from delivery ${sample.delivery}`
          print(
            json
              ? jsonText({ kind: 'sample', ...sample })
              : `${sample.name.padEnd(width)}  ${clip(printable(sample.eventType ?? 'no event type'), 60)}${paint.dim(`  ${body.length} characters${from}`)}`,
          )
        }
        return exitCodes.ok
      }
      case 'show': {
        const { name, fields } = action
        const seed = seedOf(action.seed)
        if (findEvent(name) !== undefined) {
          const known = sampleFields(name)
          if (fields) showFields(known, path => known.find(field => field.path === path)?.example)
          else print(jsonText(sampleEvent(name, seed ?? randomInt(2 ** 32)), 2))
          return exitCodes.ok
        }
        const all = await kept()
        const sample = all.find(known => known.name === name)
        if (sample === undefined) throw unknownType(name, all)
        const body: unknown = JSON.parse(sample.body)
        if (fields) {
          const found = fieldsOf(body)
          showFields(found, path => found.find(field => field.path === path)?.value)
        } else print(jsonText(body))
        return exitCodes.ok
      }
      case 'save': {
        const asked = { delivery: deliveryIdOf(action.id, 'hookscope samples save 12 large-sale'), name: action.name }
        const { sample } = await withApi(api => answerOf(api.samples.$post({ json: asked })))
        if (json) print(jsonText({ kind: 'sample', ...sample }))
        else say(`Saved. Send it: hookscope trigger ${sample.name}`)
        return exitCodes.ok
      }
      case 'remove': {
        const missing = await withApi(async api => {
          const absent: string[] = []
          for (const name of action.names) if (!(await removeSample(api, name))) absent.push(name)
          return absent
        })
        for (const name of missing) say(`There is no sample “${clip(printable(name), 80)}”.`)
        return missing.length === 0 ? exitCodes.ok : exitCodes.failed
      }
    }
  } finally {
    interruption.close()
  }
}
