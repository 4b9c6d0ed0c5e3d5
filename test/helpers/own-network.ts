/**
 * What a machine needs for its network stays out of what is started here. Certificates of its own (NODE_EXTRA_CA_CERTS): Node 20
 * reads the file at each start, which takes as long as the rest of its start, and the tests start a thousand processes that talk
 * to this machine alone. Proxies: a name that nobody has is to stay unknown. npm, which may have to reach a registry, gets them
 * back.
 */
import { env } from 'node:process'

const kept = 'NETWORK_FOR_NPM'
const isOwn = (name: string) => name === 'NODE_EXTRA_CA_CERTS' || /^(?:https?|all|no)_proxy$/i.test(name)

/** What npm is started with besides. */
export const npmNetwork = (): Record<string, string> => JSON.parse(env[kept] ?? '{}')

/** Vitest calls it before the first test of each project: what is started from here takes it over. */
export default function setup(): void {
  const own = Object.entries(env).filter(([name]) => isOwn(name))
  if (own.length === 0) return
  env[kept] = JSON.stringify(Object.fromEntries(own))
  for (const [name] of own) delete env[name]
}
