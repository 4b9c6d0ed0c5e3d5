/** One running hookscope examines an app, and nothing of itself. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CheckStart } from '../../../core/check/check-run.ts'
import { defaults, type Settings } from '../../../server/config/settings.ts'
import { type Listener, startListener } from '../../../server/listener.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'

let folder = ''
let session: Listener
let db = ''

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-session-'))
  db = join(folder, 'hookscope.db')
  const settings: Settings = {
    ...defaults,
    port: 0,
    inspectorPort: 0,
    forward: [],
    tunnel: 'none',
    tunnelHost: null,
    subdomain: null,
    publicUrl: 'https://shop.example',
    open: false,
    db,
    label: null,
  }
  session = await startListener({
    settings,
    secrets: { signatureKey: 'the-signature-key', sourceKey: 'the-source-key', basicAuth: null },
    token: 'a-token-of-this-launch',
    uiFolder: join(folder, 'ui'),
    log: () => {},
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
})
afterEach(async () => {
  await session.close()
  rmSync(folder, { recursive: true, force: true })
})

const start = (target: string): CheckStart => ({
  target,
  secrets: { kind: 'hook', hook: session.workspace.hooks.hooks()[0]?.id ?? '' },
  only: ['minimal-body', 'nulls'],
  skip: [],
  failOn: 'fail',
  rate: null,
  effectUrl: null,
  confirmed: true,
})

it('neither its receiver, by any of its names, nor its inspector is examined', async () => {
  const { status } = session.workspace
  const checks = await session.workspace.checks()
  const { localUrl = '', hookUrl } = status().hooks[0] ?? {}
  for (const own of [localUrl, hookUrl ?? '', localUrl.replace('localhost', '127.0.0.1'), session.inspectorUrl])
    await expect(checks.start(start(own)), own).rejects.toThrow('This URL is hookscope itself')
  expect(await checks.runs()).toEqual([])
})

it('is told in the status; the end of hookscope stops it, and its database keeps it', async () => {
  const app = await startMerchant((socket, received) => {
    if (app.received.length <= 3) manners.answers()(socket, received)
  })
  try {
    const { status } = session.workspace
    const checks = await session.workspace.checks()
    expect(checks.plan(start(app.url)).remarks.join()).toContain('knows two keys: events are signed with its signature')
    expect(status().check).toBeNull()
    const { id } = await checks.start(start(app.url))
    expect(status().check).toEqual({ id, asked: 0, of: 2, current: null })
    await app.arrived(4)
    expect(status().check).toEqual({ id, asked: 1, of: 2, current: 'nulls' })
    await session.close()
    const store = openSqlite({ path: db })
    try {
      expect(await store.checks.get(id)).toMatchObject({ state: 'stopped', asked: 1, of: 2, ready: null })
    } finally {
      await store.close()
    }
  } finally {
    await app.close()
  }
})
