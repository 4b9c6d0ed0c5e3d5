/** A listener for the time of a wait, where none runs. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { printable } from '../../core/text/text.ts'
import { checkToken, gatherSecrets } from '../../server/config/secrets.ts'
import { tokenVariable } from '../../server/config/settings.ts'
import { startListener } from '../../server/listener.ts'
import { findListener } from '../client.ts'
import { type Io, interruptible } from '../shared/io.ts'
import type { CommonOptions } from '../shared/options.ts'
import { sayingTo } from '../shared/say.ts'
import { sealerOf } from '../shared/sealer.ts'
import { settingsFor } from '../shared/settings.ts'

/**
 * Listens as the environment and the config file say, and tells the Hook URL on standard error.
 * @returns null when a hookscope listens on the database already
 * @throws UserError for what `hookscope listen` cannot be started with
 */
export async function listenMeanwhile(options: CommonOptions, io: Io): Promise<{ close(): Promise<void> } | null> {
  const { say, warn } = sayingTo(io)
  const { settings, file } = await settingsFor(options, io, { reads: 'everything' })
  if ((await interruptible(io, signal => findListener(settings.db, signal, say))) !== null) return null
  const { environment } = io
  const listener = await startListener({
    settings,
    secrets: await gatherSecrets({ options: {}, environment, file, ask: null, warn }),
    sealer: await sealerOf(environment, warn),
    token: checkToken(environment[tokenVariable]) ?? randomBytes(24).toString('base64url'),
    uiFolder: fileURLToPath(new URL('./ui', import.meta.url)),
    log: line => say(printable(line)),
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  for (const notice of listener.notices) warn(notice)
  let said = ''
  const tell = () => {
    const { tunnel, hooks } = listener.workspace.status()
    const [hook] = hooks
    if (hook === undefined || tunnel.state === 'starting') return
    const text =
      tunnel.state === 'down'
        ? `No tunnel: ${printable(tunnel.reason)} On this machine: ${hook.localUrl}`
        : `Listening. Hook URL: ${hook.hookUrl ?? hook.localUrl}`
    if (text !== said) say(text)
    said = text
  }
  listener.onTunnel(tell)
  tell()
  return listener
}
