/** `hookscope samples`: lists, shows, saves and removes samples of the person's own. */
import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { findEvent } from '../../core/catalogue.ts'
import { sampleEvent, sampleFields } from '../../core/samples.ts'
import type { Sample } from '../../core/simulation.ts'
import { clip, jsonText, printable } from '../../core/text.ts'
import { loadSettings, type TextOptions } from '../config.ts'
import { exitCodes, UserError } from '../errors.ts'
import { noSecrets } from '../hooks/active.ts'
import { type Io, openInterruption } from '../io.ts'
import type { SimulateReach } from '../reach/simulate.ts'
import { reachSimulator } from '../reach/simulator.ts'
import { paintFor } from '../terminal/style.ts'
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

export interface SamplesOptions {
  readonly settings: TextOptions
  /** The path of `--config`. */
  readonly config: string | null
  readonly json: boolean
  readonly action: SamplesAction
}

const usage = { exitCode: exitCodes.usage }

/** @returns the exit code */
export async function samples({ settings: typed, config, json, action }: SamplesOptions, io: Io): Promise<number> {
  const paint = paintFor(io.stdout, io.environment)
  const print = (line: string) => io.stdout.write(`${line}\n`)
  const say = (line: string) => io.stderr.write(`${line}\n`)
  const warning = paintFor(io.stderr, io.environment).yellow('Warning:')
  const { settings, warnings } = await loadSettings({
    options: typed,
    configPath: config,
    environment: io.environment,
    folder: io.folder,
  })
  for (const line of warnings) say(`${warning} ${printable(line)}`)
  const interruption = openInterruption(io, () => process.exit(exitCodes.failed))

  async function reached<Result>(work: (reach: SimulateReach) => Promise<Result>): Promise<Result> {
    const { signal } = interruption
    const reach = await reachSimulator({ db: settings.db, need: 'there', secrets: noSecrets, signal })
    return work(reach).finally(() => reach.close())
  }
  /** None where there is no database: event types can be shown all the same. */
  const kept = async (): Promise<readonly Sample[]> =>
    existsSync(settings.db) ? reached(reach => reach.samples()) : []

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
          say('There are no samples yet. hookscope samples save ID NAME makes one of a delivery.')
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
        const id = /^#?(\d{1,15})$/.exec(action.id)?.[1]
        if (id === undefined)
          throw new UserError(
            `"${clip(printable(action.id), 40)}" is not the id of a delivery.`,
            'Ids are numbers: hookscope samples save 12 large-sale.',
            usage,
          )
        const sample = await reached(reach => reach.saveSample(Number(id), action.name))
        if (json) print(jsonText({ kind: 'sample', ...sample }))
        else say(`Saved. hookscope trigger ${sample.name} sends it.`)
        return exitCodes.ok
      }
      case 'remove': {
        const missing = await reached(async reach => {
          const absent: string[] = []
          for (const name of action.names) if (!(await reach.removeSample(name))) absent.push(name)
          return absent
        })
        for (const name of missing) say(`There is no sample "${clip(printable(name), 80)}".`)
        return missing.length === 0 ? exitCodes.ok : exitCodes.failed
      }
    }
  } finally {
    interruption.close()
  }
}
