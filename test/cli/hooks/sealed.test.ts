/** With HOOKSCOPE_SECRET in the environment the keys of hooks are sealed, whichever command writes and reads them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { emptyFolder, runCommand, startListening } from '../../helpers/command.ts'
import { openGateway } from '../../helpers/gateway.ts'

const folder = emptyFolder()
const db = join(folder, 'deliveries.db')
const secret = '4f1d8a0b6c2e9735d1a8f04b7c63e925'
const key = 'sk-live-0123456789abcdef'
const keyFile = join(emptyFolder(), 'key')
writeFileSync(keyFile, key, { mode: 0o600 })
const run = (words: readonly string[], env: Record<string, string> = {}) =>
  runCommand([...words, '--db', db], { cwd: folder, env })
const filesWithKey = () => readdirSync(folder).filter(name => readFileSync(join(folder, name)).includes(key))

it('seals them, asks for the secret afterwards, and receives with them', async () => {
  const first = startListening([], { db, env: { HOOKSCOPE_SECRET: secret } })
  await first.waitForLine('ready')
  await first.stop()
  const edited = await run(['hooks', 'edit', 'main', '--signature-key-file', keyFile], { HOOKSCOPE_SECRET: secret })
  expect([edited.code, edited.stderr]).toEqual([0, expect.any(String)])
  expect(filesWithKey()).toEqual([])

  const without = await run(['hooks'])
  expect([without.code, without.stderr]).toEqual([3, expect.stringContaining('are sealed')])
  const wrong = await run(['hooks'], { HOOKSCOPE_SECRET: [...secret].reverse().join('') })
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('sealed with another HOOKSCOPE_SECRET')])
  expect(wrong.stderr).not.toContain([...secret].reverse().join(''))

  const second = startListening([], { db, env: { HOOKSCOPE_SECRET: secret } })
  const { hooks } = await second.waitForLine('ready')
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key })
  expect((await gateway.post('ach.settled')).status).toBe(200)
  gateway.close()
  await second.stop()
  expect(filesWithKey()).toEqual([])
})
