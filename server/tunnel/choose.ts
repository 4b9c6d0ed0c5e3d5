/** Which tunnel is opened where none was named, and what of that is remembered with the database. */
import { type TunnelName, tunnelNames, type WayFacts } from '../../core/tunnels/ways.ts'
import type { SettingStore } from '../store/store.ts'
import type { Readiness, TunnelSettings } from './readiness.ts'

/** A tunnel that can be opened as it is, without a word more. */
export type PlainTunnel = Exclude<TunnelName, 'auto'>

/** Asks through whose server deliveries may pass. @param offers the best first; none of them may be wanted */
export type AskTunnel = (offers: readonly WayFacts[]) => Promise<WayFacts['name'] | 'none'>

/** What a choice needs to know. */
export interface ChoiceInput {
  readonly settings: TunnelSettings
  readonly environment: NodeJS.ProcessEnv
  readonly kept: Pick<SettingStore, 'get' | 'set'>
  /** null: nobody is there to be asked. */
  readonly ask: AskTunnel | null
  /** Takes lines for people. */
  log(line: string): void
  /** What is set up here; default: it is looked at. */
  readonly readiness?: readonly Readiness[]
}

const choiceName = 'tunnel'

/**
 * The choice of before; else the user's own account that is set up; else what is chosen at the terminal. Where nobody can be asked,
 * localtunnel, as ever: its operator is named the first time.
 */
export async function chooseTunnel(input: ChoiceInput): Promise<PlainTunnel> {
  const { kept, ask, log } = input
  const before = await rememberedTunnel(kept)
  if (before !== null) return before
  if (ask === null) {
    await rememberTunnel(kept, 'localtunnel')
    log(
      'The tunnel goes through localtunnel.me, whose operator can read the deliveries. Other ways: hookscope tunnels. Choose one with --tunnel, such as --tunnel srv.us, whose Hook URL stays.',
    )
    return 'localtunnel'
  }
  const found = input.readiness ?? (await (await import('./readiness.ts')).readinessOf(input))
  const ready = found.filter(one => one.ready).map(({ way }) => way)
  const own = ready.find(({ account }) => account !== null)
  if (own !== undefined) {
    log(`The tunnel goes through your ${own.name} account. Other ways: hookscope tunnels`)
    await rememberTunnel(kept, own.name)
    return own.name
  }
  const chosen = await ask(ready)
  // Who wants none now may want one at the next start.
  if (chosen !== 'none') await rememberTunnel(kept, chosen)
  return chosen
}

/** What was chosen for this database; null: nothing yet. One that has a name of localtunnel's has been using it. */
export async function rememberedTunnel(kept: Pick<SettingStore, 'get'>): Promise<PlainTunnel | null> {
  const chosen = await kept.get(choiceName)
  const name = tunnelNames.find(one => one === chosen)
  if (name !== undefined && name !== 'auto' && name !== 'none') return name
  return (await kept.get('subdomain')) === null ? null : 'localtunnel'
}

/** What the console has a URL of stays the choice for this database. */
export async function rememberTunnel(kept: Pick<SettingStore, 'get' | 'set'>, name: PlainTunnel): Promise<void> {
  if ((await kept.get(choiceName)) !== name) await kept.set(choiceName, name)
}
