/** The simulated gateway of the hookscope that is listening: asked for over its HTTP API, followed on its stream. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Status, StreamFrame } from '../../core/messages.ts'
import type { Sample, SimulatedEvent, Simulation, SimulationPreview } from '../../core/simulation.ts'
import { exitCodes, noSuchDelivery, UserError } from '../errors.ts'
import type { Owner } from '../store/owner.ts'
import { callsTo } from './calls.ts'
import { follow, openStirring } from './follow.ts'
import type { KnownHook, SimulateReach } from './simulate.ts'

/** @param signal ends calls and following, for instance at Ctrl-C */
export function reachSimulatorOfListener(owner: Owner, signal: AbortSignal): SimulateReach {
  const call = callsTo(owner, signal)
  const read = async <Body>(path: string, body?: object): Promise<Body> =>
    (await call(path, { body, refusedCode: exitCodes.usage })).json()

  /** The stream from now on; resolves once it stands. */
  async function openStream(onEvents: (events: readonly SimulatedEvent[]) => void) {
    const socket = new WebSocket(`${owner.inspectorUrl.replace(/^http/, 'ws')}/api/stream`, {
      headers: { Authorization: `Bearer ${owner.token}` },
    })
    // Without the stream the simulation is still looked at, and its events are told of at its end.
    socket.on('error', () => {})
    socket.on('message', (bytes: Buffer) => {
      const frame: StreamFrame = JSON.parse(bytes.toString())
      if (frame.kind !== 'batch') return
      const events = frame.changes.flatMap(change => (change.kind === 'simulated' ? [change.event] : []))
      if (events.length > 0) onEvents(events)
    })
    await Promise.race([once(socket, 'message', { signal }), once(socket, 'close', { signal })])
    return { close: () => socket.terminate() }
  }

  return {
    way: `through the hookscope that is listening (process ${owner.pid})`,
    goesOn: 'listener',
    hooks: async () => (await read<{ hooks: readonly KnownHook[] }>('/api/hooks')).hooks,
    status: () => read<Status>('/api/status'),
    samples: async () => (await read<{ samples: readonly Sample[] }>('/api/samples')).samples,
    async saveSample(delivery, name) {
      await call(`/api/deliveries/${delivery}`, { missing: noSuchDelivery(delivery) })
      return (await read<{ sample: Sample }>('/api/samples', { delivery, name })).sample
    },
    async removeSample(name) {
      const missing = new UserError('', '')
      try {
        await call(`/api/samples/${encodeURIComponent(name)}`, { method: 'DELETE', missing })
        return true
      } catch (error) {
        if (error === missing) return false
        throw error
      }
    },
    preview: request => read<SimulationPreview>('/api/simulations/preview?reveal=1', request),
    async run(request, onStart, onEvents) {
      const stirring = openStirring()
      const early: SimulatedEvent[] = []
      let id: number | null = null
      const stream = await openStream(events => {
        if (id === null) early.push(...events)
        else onEvents(events.filter(event => event.simulation === id))
        stirring.stir()
      })
      try {
        const { simulation } = await read<{ simulation: Simulation }>('/api/simulations', request)
        id = simulation.id
        onStart(simulation)
        onEvents(early.filter(event => event.simulation === id))
        return await follow(simulation, {
          look: async () => (await read<{ simulation: Simulation }>(`/api/simulations/${id}`)).simulation,
          page: async after =>
            (
              await read<{ events: readonly SimulatedEvent[] }>(
                `/api/simulations/${id}/events${after === null ? '' : `?after=${after}`}`,
              )
            ).events,
          stirring,
          signal,
          onEvents,
        })
      } finally {
        stream.close()
      }
    },
    pending: async () => (await read<{ events: readonly SimulatedEvent[] }>('/api/simulations/pending')).events,
    hurry: async events => (await read<{ events: number }>('/api/simulations/pending/hurry', { events })).events,
    cancel: async events => (await read<{ events: number }>('/api/simulations/pending/cancel', { events })).events,
    async close() {},
  }
}
