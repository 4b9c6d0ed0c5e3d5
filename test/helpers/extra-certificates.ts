/**
 * Certificates of a machine's own (NODE_EXTRA_CA_CERTS) stay out of what is started here: Node 20 reads the file at each start,
 * which takes as long as the rest of its start, and the tests start a thousand processes that talk to this machine alone. npm,
 * which may have to reach a registry through a proxy, gets them back.
 */
import { env } from 'node:process'

const kept = 'CERTIFICATES_FOR_NPM'

/** What npm is started with besides. */
export const npmCertificates = () => (env[kept] === undefined ? {} : { NODE_EXTRA_CA_CERTS: env[kept] })

/** Vitest calls it before the first test of each project: what is started from here takes it over. */
export default function setup(): void {
  const file = env['NODE_EXTRA_CA_CERTS']
  if (file === undefined) return
  env[kept] = file
  delete env['NODE_EXTRA_CA_CERTS']
}
