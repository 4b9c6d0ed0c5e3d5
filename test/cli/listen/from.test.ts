/** `hookscope listen --from`, all of it real: gateway, `hookscope serve`, laptops as processes, and their apps. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../../server/store/open-store.ts'
import { emptyFolder, runCommand } from '../../helpers/command.ts'
import { eventBytes } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'
import { type PostgresDatabases, sharedPostgres } from '../../helpers/postgres.ts'
import { type Laptop, openTeam, type Person, startLaptop, type Team, teamKey, tokenPath } from '../../helpers/team.ts'

/** The app of a laptop: what it was sent, in order. */
async function openApp(status: number) {
  const bodies: Buffer[] = []
  const heads: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    bodies.push(Buffer.concat(parts))
    heads.push(request.headers)
    response.writeHead(status).end(`said ${status}`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/in`,
    bodies,
    heads,
    /** Several are sent at a time. */
    since: (before: number) =>
      bodies
        .slice(before)
        .map(body => JSON.parse(body.toString()).event_id as string)
        .sort(),
    ids: () => bodies.map(body => JSON.parse(body.toString()).event_id as string),
    close: () => new Promise(resolve => server.close(resolve)),
  }
}
type App = Awaited<ReturnType<typeof openApp>>

interface Shown {
  readonly id: number
  readonly source: string
  readonly target: string
  readonly status: number | null
  readonly own: boolean
  readonly laptop?: { readonly person: string; readonly name: string }
}

const engines = ['SQLite', 'PostgreSQL'] as const
describe.each(engines)('from a server on %s', engine => {
  let postgres: PostgresDatabases | null = null
  let team: Team
  let olga: Person
  let [good, bad]: App[] = []
  let laptops: Laptop[] = []
  let posted = 0
  /** Posts one of its own, and gives its event id. */
  async function post(gateway = team.gateway): Promise<string> {
    posted += 1
    const bytes = eventBytes('ach.settled', posted)
    const answer = await gateway.post(bytes)
    expect(answer.status).toBe(200)
    return JSON.parse(bytes.toString()).event_id
  }
  const attemptsOf = async (id: number) =>
    (await olga.done('GET', `/api/deliveries/${id}/attempts`))['attempts'] as Shown[]
  const list = async () =>
    (await olga.done('GET', '/api/deliveries'))['deliveries'] as { id: number; lastAttempt: Shown | null }[]
  const app = (place: 'good' | 'bad'): App => {
    const found = place === 'good' ? good : bad
    if (found === undefined) throw new Error('No app')
    return found
  }
  const laptop = (place: number): Laptop => {
    const found = laptops[place]
    if (found === undefined) throw new Error('No laptop')
    return found
  }
  const isUp = ({ command }: Laptop) => command.waitForLine('from', ({ state }) => state === 'up')

  beforeAll(async () => {
    if (engine === 'PostgreSQL') postgres = await sharedPostgres()
    team = await openTeam(postgres === null ? null : (await postgres.create()).url)
    olga = await team.join('Olga', 'owner')
    good = await openApp(204)
    bad = await openApp(500)
    await post()
    laptops = [
      startLaptop(team, ['--forward', app('good').url, '--header', 'X-My-Token: of-this-laptop']),
      startLaptop(team, ['--forward', app('bad').url, '--retry', '0', '--hook', 'jane’s SHOP']),
    ]
    await Promise.all(
      laptops.map(async ({ command }) => {
        const { code, url } = await command.waitForLine('sign-in')
        expect(url).toBe(`${team.url}/laptop`)
        await olga.connect(code)
        await command.waitForLine('ready')
      }),
    )
    await Promise.all(laptops.map(isUp))
  }, 90_000)
  afterAll(async () => {
    await Promise.all(laptops.map(({ command }) => command.stop('SIGKILL')))
    await team?.close()
    await good?.close()
    await bad?.close()
    await postgres?.close()
  })

  it('each laptop gets each delivery, exactly, sends it to its own app, and the team sees what that answered', async () => {
    const up = await isUp(laptop(0))
    expect(up).toMatchObject({ person: 'Olga', begins: 'new', server: team.url })
    const id = await post()
    await expect.poll(() => [app('good').ids(), app('bad').ids()], { timeout: 20_000 }).toEqual([[id], [id]])
    expect(app('good').bodies[0]?.equals(app('bad').bodies[0] ?? Buffer.alloc(0))).toBe(true)
    expect(app('good').heads[0]).toMatchObject({ 'x-my-token': 'of-this-laptop' })
    // Verified by the server: its key is not here.
    const came = await laptop(0).command.waitForLine('delivery')
    expect(came).toMatchObject({ verdict: 'verified', origin: { server: team.url, id: 2 } })
    expect(came.hook).toBe(`shop@${new URL(team.url).host}`)

    const [newest] = await list()
    await expect.poll(async () => (await attemptsOf(newest?.id ?? 0)).length, { timeout: 20_000 }).toBe(2)
    const attempts = await attemptsOf(newest?.id ?? 0)
    expect(attempts.map(({ status }) => status).sort()).toEqual([204, 500])
    // Both are of one machine and person: neither is taken for the other.
    const [one = '', other] = attempts.map(({ laptop: by }) => by?.name ?? '').sort()
    expect([one, other]).toEqual([expect.stringMatching(/./), `${one} 2`])
    expect([up.laptop, (await isUp(laptop(1))).laptop].sort()).toEqual([one, other])
    for (const attempt of attempts)
      expect(attempt).toMatchObject({ source: 'forward', own: false, laptop: { person: 'Olga' } })
    // The server forwards nowhere, so the newest of a laptop stands for it, and says whose it is.
    expect((await list())[0]?.lastAttempt?.laptop?.person).toBe('Olga')
    expect(JSON.stringify(attempts)).not.toContain('of-this-laptop')
  })

  it('chooses hooks by their labels', async () => {
    const [before, beforeBad] = [app('good').bodies.length, app('bad').bodies.length]
    const other = await post(team.otherGateway)
    const shop = await post()
    await expect.poll(() => app('good').since(before), { timeout: 20_000 }).toEqual([other, shop].sort())
    await expect.poll(() => app('bad').ids().slice(beforeBad), { timeout: 20_000 }).toEqual([shop])
  })

  it('a laptop that sleeps misses nothing, and sends each once', async () => {
    const [before, beforeBad] = [app('good').bodies.length, app('bad').bodies.length]
    const { command } = laptop(0)
    process.kill(command.pid, 'SIGSTOP')
    const ids: string[] = []
    try {
      for (let count = 0; count < 12; count += 1) ids.push(await post())
      // The other one is awake, and knows when they are there.
      await expect.poll(() => app('bad').since(beforeBad), { timeout: 20_000 }).toEqual(ids.toSorted())
    } finally {
      process.kill(command.pid, 'SIGCONT')
    }
    await expect.poll(() => app('good').since(before), { timeout: 30_000 }).toEqual(ids.toSorted())
  })

  it('a laptop that was ended, while the server was started anew, catches up with what it has not had', async () => {
    const before = app('good').bodies.length
    const { command, data } = laptop(0)
    await command.stop()
    const ids = [await post(), await post(team.otherGateway)]
    // What came at a hook is there, although the hook is not any more.
    await olga.done('DELETE', '/api/hooks/other')
    await team.stop()
    await team.start()
    ids.push(await post())
    const again = startLaptop(team, ['--forward', app('good').url], { data })
    laptops[0] = again
    expect(await isUp(again)).toMatchObject({ begins: 'where-it-ended' })
    expect((await again.command.waitForLine('caught-up')).count).toBe(3)
    await expect.poll(() => app('good').since(before), { timeout: 30_000 }).toEqual(ids.toSorted())
    // The one that stayed has noticed, and is back.
    await laptop(1).command.waitForLine('from', ({ state }) => state === 'retrying')
    const next = await post()
    await expect.poll(() => app('bad').ids().at(-1), { timeout: 45_000 }).toBe(next)
    // What it has is a log like any other.
    const db = join(data, 'hookscope', 'deliveries.db')
    const shown = await runCommand(['list', '--json', '--db', db], { env: { XDG_DATA_HOME: data } })
    expect(shown.stdout).toContain(`"server":"${team.url}"`)
    const status = await runCommand(['status', '--db', db], { env: { XDG_DATA_HOME: data } })
    expect(status.stdout).toMatch(/From +http:\/\/localhost:\d+ · connected/)
  })

  it('a laptop that stood in a log that is another now receives again, keeps each once, and misses nothing', async () => {
    const before = app('good').bodies.length
    const { command, data } = laptop(0)
    await command.stop()
    const db = join(data, 'hookscope', 'deliveries.db')
    const name = `from ${team.url}, mark`
    const store = await openStore({ db, log: () => {} })
    const mark = (await store.settings.get(name)) ?? ''
    expect(mark).toMatch(/^\d+\.\d{13}-/)
    // As if the server had another delivery there, and what the laptop says it has had were none of its.
    await store.settings.set(name, mark.replace(/\.\d+/, '.1'))
    await store.close()
    const id = await post()
    const again = startLaptop(team, ['--forward', app('good').url], { data })
    laptops[0] = again
    expect(await isUp(again)).toMatchObject({ begins: 'again' })
    await expect.poll(() => app('good').since(before), { timeout: 30_000 }).toContain(id)
    await again.command.waitForLine('caught-up')
    const shown = await runCommand(['list', '--json', '--limit', '100', '--db', db], { env: { XDG_DATA_HOME: data } })
    const origins = shown.stdout.match(/"origin":\{[^}]*\}/g) ?? []
    expect(origins.length).toBeGreaterThan(10)
    expect(new Set(origins).size).toBe(origins.length)
    const sent = app('good').ids()
    expect(new Set(sent).size).toBe(sent.length)
  })

  it('keeps the token to itself, and no more than a session that the inspector ends', async () => {
    const { command, data } = laptop(0)
    const path = tokenPath(data, team)
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
    const { token } = JSON.parse(readFileSync(path, 'utf8')) as { token: string }
    const all = [team.process(), ...laptops.map(one => one.command)].map(one => `${one.stdout()}${one.stderr()}`).join()
    const words = readFileSync(`/proc/${command.pid}/cmdline`, 'utf8')
    for (const part of [token, token.split('.')[0] ?? token]) {
      expect(all).not.toContain(part)
      expect(words).not.toContain(part)
    }
    expect(all).not.toContain(teamKey)

    const { sessions } = (await olga.done('GET', '/auth/sessions')) as { sessions: { id: string; kind: string }[] }
    const connected = sessions.filter(({ kind }) => kind === 'laptop')
    expect(connected.length).toBe(2)
    const before = command.lines().length
    for (const { id } of connected) await olga.done('DELETE', `/auth/sessions/${id}`)
    const ended = await command.waitForLine(
      'from',
      line => line.state === 'down' && command.lines().indexOf(line) >= before,
    )
    expect(ended.reason).toContain('signed out')
    const [sent, newer] = [app('good').bodies.length, await post()]
    expect(newer).not.toBe('')
    expect(app('good').bodies.length).toBe(sent)

    // It says so: the next start asks for a code.
    await command.stop()
    const again = startLaptop(team, [], { data })
    laptops[0] = again
    await again.command.waitForLine('sign-in')
  })

  it('tells a viewer’s laptop that it may not, in words', async () => {
    const tom = await team.join('Tom', 'developer')
    const other = startLaptop(team, [])
    laptops.push(other)
    await tom.connect((await other.command.waitForLine('sign-in')).code)
    await isUp(other)
    const { people } = (await olga.done('GET', '/api/people')) as { people: { id: string; name: string }[] }
    const id = people.find(({ name }) => name === 'Tom')?.id
    await olga.done('PUT', `/api/people/${id}`, { role: 'viewer' })
    const refused = await other.command.waitForLine('from', ({ state }) => state === 'retrying')
    expect(refused.reason).toBe('This takes a developer.')
  })
})

describe('what does not go with --from', () => {
  const from = ['listen', '--from', 'https://hooks.example.com']
  it.each([
    ['a tunnel', [...from, '--tunnel', 'srv.us'], '--tunnel cannot be used with --from'],
    ['a public URL', [...from, '--public-url', 'https://a.example'], '--public-url cannot'],
    ['an answer of the app', [...from, '--forward', '3000', '--answer', 'app'], '--answer cannot'],
    ['a key', [...from, '--signature-key', 'x'], 'A key or credentials cannot'],
    ['PostgreSQL', [...from, '--db', 'postgres://a@127.0.0.1:1/b'], 'kept in a file'],
    ['a server without TLS', ['listen', '--from', 'http://hooks.example.com'], 'is not https'],
    ['no URL', ['listen', '--from', 'ftp://x'], '--from takes the URL'],
    ['a hook alone', ['listen', '--hook', 'Shop'], '--hook needs --from'],
  ])('%s', async (_, words, said) => {
    const { code, stderr } = await runHere(words, { cwd: emptyFolder() })
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  })

  it('says of a server that is none that it is none', async () => {
    const data = emptyFolder()
    const app = await openApp(200)
    const server = new URL(app.url).origin
    const ended = await runCommand(['listen', '--from', server], { env: { XDG_DATA_HOME: data } })
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining('does not answer as hookscope serve does')])
    // A token of another server is not sent there.
    const path = tokenPath(data, { url: server })
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify({ server: 'https://hooks.example.com', token: 'of-another' }))
    await runCommand(['listen', '--from', server], { env: { XDG_DATA_HOME: data } })
    expect(JSON.stringify(app.heads)).not.toContain('of-another')
    const tls = await runCommand(['listen', '--from', server.replace('http:', 'https:')], {
      env: { XDG_DATA_HOME: data },
    })
    expect([tls.code, tls.stderr]).toEqual([
      3,
      expect.stringContaining('cannot be reached: TLS with it failed: it may speak none at this port.\n'),
    ])
    await app.close()
  })
})
