import type { Tunnel } from './supervisor.ts'

/** Where none is wanted. */
export const noTunnel: Tunnel = {
  status: () => ({ state: 'off' }),
  onChange: () => () => {},
  close: async () => {},
}
