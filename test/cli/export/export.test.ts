/** `hookscope export`: a file to hand on, from a hookscope that listens and from its database alone. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder, type RunningCommand, startListening } from '../../helpers/command.ts'
import { eventBytes, type Gateway, openGateway } from '../../helpers/gateway.ts'
import { runHere } from '../../helpers/here.ts'

const folder = emptyFolder()
const db = join(folder, 'deliveries.db')
const sale = eventBytes('transaction.sale.success')
let listening: RunningCommand
let gateway: Gateway

beforeAll(async () => {
  listening = startListening([], { db, env: { HOOKSCOPE_SIGNATURE_KEY: 'a-key' } })
  const { hooks } = await listening.waitForLine('ready')
  gateway = openGateway({
    url: hooks[0]?.localUrl ?? '',
    key: 'a-key',
    basicAuth: { username: 'shop', password: 'sesame' },
  })
  await gateway.post(sale)
  await gateway.post('ach.settled')
  await listening.waitForLine('delivery', ({ id }) => id === 2)
})
afterAll(async () => {
  gateway?.close()
  await listening?.stop()
})

const run = (...words: string[]) => runHere(['export', ...words, '--db', db], { cwd: folder })
const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

function isExported() {
  it('has each delivery with its body, the newest first, secrets masked', async () => {
    const { code, stdout, stderr } = await run()
    expect([code, stderr]).toEqual([0, ''])
    expect(rowsOf(stdout)).toMatchObject([
      { id: 2, eventType: 'ach.settled' },
      { id: 1, text: sale.toString() },
    ])
    expect(stdout).toContain('"Basic ••••"')
    expect(stdout).not.toContain(Buffer.from('shop:sesame').toString('base64'))
  })

  it('has what a search finds, as csv in a file of that name', async () => {
    const { code, stdout, stderr } = await run('type:ach.*', '-o', 'ach.csv')
    const file = join(folder, 'ach.csv')
    const text = readFileSync(file, 'utf8')
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(
      /^Saved to ach\.csv, [\d,]+ bytes\. Credentials, signatures and card numbers are masked\.\n$/,
    )
    expect(text.trimEnd().split('\r\n')).toHaveLength(2)
    expect(text).toContain('ach.settled')
  })

  it('says that nothing matches, where a file without a delivery would pass for one to hand on', async () => {
    for (const name of ['none.hookscope', 'none.csv', 'none.har'])
      expect(await run('type:ach.returned', '-o', name)).toMatchObject({
        code: 0,
        stderr: `Nothing that was kept matches: ${name} has no delivery.\n`,
      })
    expect(await run('type:ach.returned')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'Nothing that was kept matches.\n',
    })
  })

  it('leaves what stands there where it cannot be written, and no part of a file', async () => {
    writeFileSync(join(folder, 'kept.ndjson'), 'as it was')
    const { code, stderr } = await run('is:nothing', '-o', 'kept.ndjson')
    expect([code, stderr]).toEqual([2, expect.stringContaining('“nothing” is not a value')])
    expect(readFileSync(join(folder, 'kept.ndjson'), 'utf8')).toBe('as it was')
    const nowhere = await run('-o', join('none', 'x.ndjson'))
    expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining('cannot be written.')])
    expect(readdirSync(folder).filter(name => name.endsWith('.part'))).toEqual([])
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })
}

describe('beside a hookscope that listens', isExported)

describe('on the database alone', () => {
  beforeAll(async () => {
    await listening.stop()
  })
  isExported()
})
