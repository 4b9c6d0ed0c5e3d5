/** The proxy variables of this process in a test: none but those that it sets. */
import { vi } from 'vitest'

/** `vi.unstubAllEnvs()` takes it back. */
export function setProxies(variables: Readonly<Record<string, string>> = {}): void {
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'])
    for (const spelled of [name, name.toUpperCase()]) vi.stubEnv(spelled, '')
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}
