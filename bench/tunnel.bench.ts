/**
 * Verified deliveries through a real sshd on loopback, beside a bare node:http behind the same ssh, and beside one that keeps
 * what it answers: it appends the bodies to a file, and answers a group once the disk has it.
 */
import { execFile } from 'node:child_process'
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Hook } from '../core/hooks/hook.ts'
import { startReceiver } from '../server/receiver/receiver.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import { sshFiles } from '../server/tunnel/ssh-key.ts'
import { eventBytes, signatureOf } from '../test/helpers/gateway.ts'
import { portApart } from '../test/helpers/ports.ts'
import { startSshd } from '../test/helpers/sshd.ts'
import { openQuickly, provedUp, startProbed } from '../test/server/tunnel/probed.ts'

const seconds = Number(process.env['HOOKSCOPE_BENCH_SECONDS'] ?? 4)
const connections = 20
/**
 * What verified, durable ingest must reach through ssh of the smaller of two limits: a bare server behind the same ssh, and itself without
 * a tunnel. Of the bare server alone 0.8 is the aim; where both share a processor, what a delivery costs to verify, to keep and to index
 * decides, with a tunnel or without.
 */
const requiredShare = 0.3
interface Load {
  readonly rate: number
  /** Processor time of the server's process for each request. */
  readonly microseconds: number
}

const bestOf = (loads: readonly Load[]) =>
  loads.reduce((best, one) => (one.rate > best.rate ? one : best), { rate: 0, microseconds: 0 })
const said = ({ rate, microseconds }: Load) => `${Math.round(rate)}/s, ${Math.round(microseconds)} µs of processor time`

/** Answers once the disk has the body; what comes while it takes some is the next group. */
function keeping(path: string) {
  const file = openSync(path, 'a')
  let waiting: ServerResponse[] = []
  let isSyncing = false
  function sync(): void {
    const group = waiting
    waiting = []
    isSyncing = group.length > 0
    if (!isSyncing) return
    fdatasync(file, error => {
      for (const to of group) to.writeHead(error ? 503 : 200).end('{"received":true}')
      sync()
    })
  }
  return {
    answer(_from: unknown, to: ServerResponse, body: Buffer): void {
      writeSync(file, body)
      waiting.push(to)
      if (!isSyncing) sync()
    },
    close: () => closeSync(file),
  }
}

const key = 'signature-key'
const hook: Hook = {
  id: 'bench',
  label: 'Bench',
  path: '/hook/bench',
  authentication: { kind: 'none' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
}

it(`through ssh, on ${connections} connections`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookscope-bench-'))
  const sshd = await startSshd({ authorizedKeys: sshFiles(folder).publicKey })
  const store = openSqlite({ path: join(folder, 'hookscope.db') })
  const receiver = await startReceiver({
    port: 0,
    hooks: () => [hook],
    store,
    observe: false,
    bodyBytes: 1024 * 1024,
    log: () => {},
  })
  const bare = await startProbed()
  bare.answer = (_from, to) => to.end('{"received":true}')
  const durable = await startProbed()
  const kept = keeping(join(folder, 'bodies'))
  durable.answer = kept.answer
  const through = async (door: Pick<typeof bare, 'port' | 'issueProbe'>) => {
    const remote = await portApart()
    const publicUrl = `http://127.0.0.1:${remote}`
    const tunnel = openQuickly(bare, {
      ...{ provider: 'ssh', host: sshd.destination, remote: `127.0.0.1:${remote}`, publicUrl, folder },
      ...{ port: door.port, issueProbe: door.issueProbe, pace: { probeTimeoutMs: 30_000, probeEveryMs: 1000 } },
    })
    await provedUp(tunnel)
    return { tunnel, publicUrl }
  }
  const requests = Array.from({ length: 3000 }, (_, seed) => {
    const body = eventBytes('transaction.sale.success', seed + 1)
    return `{[==[${body}]==],"${signatureOf(key, body)}"}`
  })
  const scriptWith = (connection: 'close' | 'keep-alive') => {
    const script = join(folder, `${connection}.lua`)
    writeFileSync(
      script,
      `local events = {${requests.join(',\n')}}\nlocal at = 0\nfunction request()\n  at = at % #events + 1\n  local e = events[at]\n  return wrk.format("POST", "${hook.path}", {["Content-Type"]="application/json",["Connection"]="${connection}",["X-Signature"]=e[2]}, e[1])\nend\n`,
    )
    return script
  }
  /** Both servers are in this process, so its processor time is that of the one that is asked. */
  const load = async (url: string, script: string, duration: number) => {
    const before = process.cpuUsage()
    const { stdout } = await promisify(execFile)('wrk', [
      '-t1',
      `-c${connections}`,
      `-d${duration}s`,
      '-s',
      script,
      url,
    ])
    const { user, system } = process.cpuUsage(before)
    expect(stdout).not.toContain('Non-2xx')
    const requested = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0)
    return {
      rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? 0),
      microseconds: (user + system) / requested,
    }
  }
  const ways = [await through(bare), await through(durable), await through(receiver)] as const
  try {
    const direct = `http://127.0.0.1:${receiver.port}`
    for (const connection of ['close', 'keep-alive'] as const) {
      const script = scriptWith(connection)
      const loads: Record<'bare' | 'durable' | 'verified' | 'direct', Load[]> = {
        ...{ bare: [], durable: [], verified: [], direct: [] },
      }
      // Turn by turn: what else the machine does meets all alike.
      for (let turn = 0; turn < 3; turn += 1) {
        for (const [who, url] of [
          ['bare', ways[0].publicUrl],
          ['durable', ways[1].publicUrl],
          ['verified', ways[2].publicUrl],
          ['direct', direct],
        ] as const) {
          loads[who].push(await load(url, script, Math.max(1, seconds / 2)))
          bare.bodies.length = 0
          durable.bodies.length = 0
          await store.deliveries.settled()
        }
      }
      const nothing = bestOf(loads.bare)
      const limit = bestOf(loads.durable)
      const ours = bestOf(loads.verified)
      const alone = bestOf(loads.direct)
      const share = (of: Load) => (ours.rate / of.rate).toFixed(2)
      console.log(
        `${connections} connections, ${connection} · through ssh: bare node:http ${said(nothing)} · bare and on the disk ${said(limit)} · verified ${said(ours)}: ${share(nothing)} and ${share(limit)} of these · verified without a tunnel ${said(alone)}`,
      )
      expect(ours.rate / Math.min(nothing.rate, alone.rate)).toBeGreaterThan(requiredShare)
    }
  } finally {
    for (const { tunnel } of ways) await tunnel.close()
    await receiver.close()
    await store.close()
    await bare.close()
    await durable.close()
    kept.close()
    await sshd.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
