/**
 * How old the newest delivery that a viewer knows is while more come than are listed: `node bench/newest.mjs [dist/hookscope.cjs]`.
 * wrk posts as fast as it can; two viewers watch, one of them only what is listed. HOOKSCOPE_BENCH_SECONDS: how long.
 */
import path from 'node:path'
import { argv, env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { folder, load, removeFolder, start, statusOf, stop } from './load.mjs'

const seconds = Number(env.HOOKSCOPE_BENCH_SECONDS ?? 15)
const command = argv[2] ?? fileURLToPath(new URL('../dist/hookscope.cjs', import.meta.url))

/** When the newest delivery came that it was told of, milliseconds since 1970. */
function watch(inspector, query) {
  const headers = { Authorization: `Bearer ${inspector.searchParams.get('token')}` }
  const socket = new WebSocket(`ws://${inspector.host}/api/stream${query}`, { headers })
  const told = { newest: 0, bytes: 0, close: () => socket.terminate() }
  socket.on('message', bytes => {
    told.bytes += bytes.length
    const frame = JSON.parse(String(bytes))
    const deliveries =
      frame.kind === 'batch'
        ? frame.changes.flatMap(({ delivery }) => delivery ?? [])
        : (frame.preparing?.newest.slice(0, 1) ?? [])
    for (const { receivedAt } of deliveries) told.newest = Math.max(told.newest, Date.parse(receivedAt))
  })
  return new Promise(resolve => socket.once('open', () => resolve(told)))
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

const { child, url, inspector } = await start(path.resolve(command), path.join(folder, 'newest.db'))
try {
  const viewers = [
    ['listed', await watch(inspector, '')],
    ['newest', await watch(inspector, '?preparing=1')],
  ]
  const ages = viewers.map(() => [])
  // Until its threads have started, and most of its code is compiled.
  await load(url, 100, 3)
  const timer = setInterval(() => {
    for (const [index, [, { newest }]] of viewers.entries()) ages[index].push(Date.now() - newest)
  }, 50)
  const stdout = await load(url, 100, seconds)
  clearInterval(timer)
  console.log(
    `${/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]} a second; backlog ${(await statusOf(inspector)).preparing}`,
  )
  for (const [index, [name, { bytes }]] of viewers.entries()) {
    const sorted = ages[index].sort((one, other) => one - other)
    const [half, most, longest] = [0.5, 0.99, 1].map(share => quantile(sorted, share))
    console.log(
      `${name}: the newest that is known is ${half} ms old, p99 ${most} ms, at most ${longest} ms; ${bytes >> 20} MiB`,
    )
  }
  for (const [, { close }] of viewers) close()
} finally {
  await stop(child)
  removeFolder()
}
