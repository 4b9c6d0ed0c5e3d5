/** What seals the keys of hooks, where the environment has a secret; loaded only then. */
import { serverVariables } from '../../server/config/settings.ts'
import type { Sealer } from '../../server/store/hook-secrets.ts'
import type { Io } from './io.ts'

/** @throws UserError for a secret that keeps nothing */
export async function sealerOf(
  environment: Io['environment'],
  warn: (line: string) => void = () => {},
): Promise<Sealer | null> {
  const { secret, secretFile } = serverVariables
  if (!environment[secret] && !environment[secretFile]) return null
  const { openSealer, secretsOfEnvironment } = await import('../../server/config/sealed.ts')
  const secrets = await secretsOfEnvironment({ environment, warn })
  return secrets === null ? null : openSealer(secrets)
}
