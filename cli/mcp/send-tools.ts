/** What an agent can send. */
import { z } from 'zod'
import { exitCodes, UserError } from '../../server/lib/errors.ts'
import { allowed, allowHooks } from './allowed.ts'
import { rowOf, rows, simulatedAttemptRow } from './rows.ts'
import { askCommand, input, linesOfKind, mostRows, type Tool, tool, valued } from './tool.ts'

const trigger = tool({
  name: 'trigger',
  title: 'Send test events',
  description:
    'Sends events as the gateway would, signed with the key that hookscope has: to the hooks that are subscribed (which forward them to the app), or straight to a URL on this machine. `tries` has what was answered.',
  takes: {
    types: z.array(z.string().max(200)).max(20).optional().describe('Such as transaction.sale.success'),
    scenario: z.string().max(200).optional(),
    set: z.array(z.string().max(4000)).max(50).optional().describe('Fields to change, such as amount=12.50'),
    fault: z
      .string()
      .max(400)
      .optional()
      .describe('What goes wrong on the way, such as wrong-signature or duplicates=10%'),
    count: z.int().min(1).max(mostRows).optional(),
    seed: z.int().min(0).optional().describe('The same events again'),
    to: input.to.describe('On this machine, or where deliveries are forwarded'),
    hook: input.hook,
  },
  gives: {
    ok: z.boolean().describe('Every event was taken'),
    tries: z.array(rows.try),
    simulation: rows.simulation.nullable(),
    said: z.string(),
  },
  does: 'sends',
  async run({ types = [], scenario, set = [], fault, count, seed, to: typed, hook: named }, means) {
    if (types.length === 0 && scenario === undefined)
      throw new UserError('Nothing to send is named.', 'Give types or a scenario: list_event_types has them.')
    const url = await allowed(typed, means)
    if (url === undefined) await allowHooks(named, means)
    const result = await askCommand(
      means,
      'trigger',
      [
        ...valued('scenario', scenario),
        ...set.map(change => `--set=${change}`),
        ...valued('fault', fault),
        ...valued('count', count),
        ...valued('seed', seed),
        ...valued('to', url),
        ...valued('hook', named),
      ],
      types,
    )
    const [simulation = null] = linesOfKind(result, 'simulation')
    return {
      ok: result.code === exitCodes.ok,
      tries: linesOfKind(result, 'try').slice(0, mostRows).map(simulatedAttemptRow),
      simulation: simulation && rowOf(rows.simulation, simulation),
      said: rowOf(z.string(), result.said),
    }
  },
})

const replay = tool({
  name: 'replay',
  title: 'Replay deliveries',
  description: 'Sends kept deliveries to the app again, byte for byte, in the order in which they were triggered.',
  takes: {
    ids: z.array(input.id).min(1).max(mostRows),
    to: input.to.describe(
      'On this machine, or where deliveries are forwarded; default: where deliveries are forwarded',
    ),
    resign: z.boolean().optional().describe('Sign again with the key that hookscope has'),
  },
  gives: { ok: z.boolean().describe('Each was answered 2xx'), attempts: z.array(rows.attempt) },
  does: 'sends',
  async run({ ids, to: typed, resign = false }, means) {
    const options = ['--yes', ...valued('to', await allowed(typed, means)), ...(resign ? ['--resign'] : [])]
    const result = await askCommand(means, 'replay', options, ids.map(String))
    return {
      ok: result.code === exitCodes.ok,
      attempts: linesOfKind(result, 'attempt').map(line => rowOf(rows.attempt, line)),
    }
  },
})

export const sendTools: readonly Tool[] = [trigger, replay]
