/** A developer's desk on loopback: an app that does everything right, a hookscope with a day of deliveries, a shell. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { commandPath, emptyFolder, runCommand, startListening } from '../helpers/command.ts'
import { eventBytes, openGateway, signatureOf } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { startNodeShop } from '../merchants/node.ts'
import { key, openShop } from '../merchants/shop.ts'

/** As the page of the API has it. */
const token = 'a-token-of-your-own'
/** What a fresh hookscope calls its hook. */
const label = 'hookscope'

type Environment = Readonly<Record<string, string>>

export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** What a page's commands are run with. */
export interface Desk {
  /** The folder they are run in; it has the files that they name. */
  readonly folder: string
  readonly env: Environment
  /** A line as it is run here: with the app's address and the ports of this desk in place of those that the pages name. */
  here(line: string): string
  /** Runs a line in bash. @param env beside the desk's own */
  run(line: string, env?: Environment): Promise<Ended>
  /** Runs hookscope within this process, at the same desk. @param words what follows its name */
  runHere(words: readonly string[]): Promise<Ended>
  close(): Promise<void>
}

export interface Office {
  /** @param listens whether a hookscope is listening on the desk's database */
  openDesk(listens: boolean): Promise<Desk>
  close(): Promise<void>
}

async function listenAnywhere(server: http.Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Commands as they are typed: hookscope is the build, and npx runs it as if it were installed. */
function makeBin(): string {
  const bin = emptyFolder()
  const write = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const build = `exec '${process.execPath}' '${commandPath}' "$@"`
  write('hookscope', build)
  write('npx', `[ "$1" = --yes ] && shift\n[ "$1" = hookscope ] || exit 127\nshift\n${build}`)
  write('an-editor', 'printf \'{"type":"event","event_type":"ach.settled"}\' > "$1"')
  return bin
}

/** Twelve deliveries: the app answered the first six with an error, and nothing listened for the others. */
async function fillDatabase(db: string): Promise<void> {
  const failing = http.createServer((_, answer) => answer.writeHead(500).end('TypeError: order is undefined'))
  const types = ['transaction.sale.success', 'ach.settled', 'transaction.sale.failure'] as const
  const target = `${await listenAnywhere(failing)}webhooks`
  const listening = startListening(['--forward', target, '--retry', '0'], { db })
  const { hooks } = await listening.waitForLine('ready')
  await runCommand(['hooks', 'edit', label, '--signature', 'signature-key', '--db', db], {
    env: { HOOKSCOPE_SIGNATURE_KEY: key },
  })
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
  for (let number = 1; number <= 12; number++) {
    if (number === 7) {
      failing.closeAllConnections()
      await new Promise(resolve => failing.close(resolve))
    }
    await gateway.post(eventBytes(types[number % types.length] ?? types[0], number))
    await listening.waitForLine('attempt', ({ delivery }) => delivery === number)
  }
  gateway.close()
  await listening.stop()
}

/** Opens what the desks share: the app, and the database that each begins with. Close it in the test's clean-up. */
export async function openOffice(): Promise<Office> {
  const shop = { ...openShop(), allowed: () => true }
  const app = await startNodeShop(shop)
  const counter = http.createServer((_, answer) => answer.end(String(shop.orders())))
  const counterUrl = await listenAnywhere(counter)
  const bin = makeBin()
  const filled = join(emptyFolder(), 'deliveries.db')
  await fillDatabase(filled)

  const body = eventBytes('transaction.sale.success', 5)
  const files = {
    'body.json': body,
    'event.json': eventBytes('ach.settled', 6),
    'key.txt': key,
    'credentials.txt': 'gateway:a password',
    'count-orders.js': `fetch('${counterUrl}').then(answer => answer.text()).then(console.log)`,
  }
  const inherited = Object.entries(process.env).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && !/^(?:HOOKSCOPE_|VITEST|NO_COLOR|FORCE_COLOR)/.test(pair[0]),
  )

  async function openDesk(listens: boolean): Promise<Desk> {
    const folder = emptyFolder()
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const db = join(folder, 'deliveries.db')
    for (const copy of [db, join(folder, 'shop.db')]) copyFileSync(filled, copy)
    const listener = listens
      ? startListening(['--forward', app.url.href], { db, env: { HOOKSCOPE_TOKEN: token } })
      : null
    const ready = await listener?.waitForLine('ready')
    const env = {
      ...Object.fromEntries(inherited),
      PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
      HOME: folder,
      EDITOR: 'an-editor',
      HOOKSCOPE_DB: db,
      HOOKSCOPE_SIGNATURE_KEY: key,
      X_SIGNATURE: signatureOf(key, body),
    }
    const running = new Set<ChildProcess>()
    return {
      folder,
      env,
      here: line =>
        line
          .replaceAll('http://localhost:3000/webhooks', app.url.href)
          .replaceAll('https://shop.example/webhooks', app.url.href)
          .replaceAll(' 3000/webhooks', ` ${app.url.port}/webhooks`)
          .replaceAll('http://127.0.0.1:4781', ready?.inspectorUrl ?? 'http://127.0.0.1:4781')
          .replaceAll('--port 4780', '--port 0'),
      run(line, more = {}) {
        const child = spawn('bash', ['-c', line], {
          cwd: folder,
          env: { ...env, ...more },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        running.add(child)
        let output = ''
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk))
        return new Promise<Ended>(resolve =>
          child.on('close', code => {
            running.delete(child)
            resolve({ code, output })
          }),
        )
      },
      async runHere(words) {
        const { code, stdout, stderr } = await runHere(words, { cwd: folder, env })
        return { code, output: `${stdout}${stderr}` }
      },
      async close() {
        for (const child of running) child.kill('SIGKILL')
        await listener?.stop()
      },
    }
  }

  return {
    openDesk,
    async close() {
      counter.closeAllConnections()
      counter.close()
      await app.close()
    },
  }
}
