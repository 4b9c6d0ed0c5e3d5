/** What of a check did not get past a proxy. */
import { proxyCodes } from '../proxy/proxy.ts'
import type { Sent } from '../sender/send.ts'

/**
 * Whether a send is no answer of the endpoint's: the proxy did not lead there, or, where it said that it does, what speaks there
 * may be the proxy itself.
 */
export const endedAtProxy = ({ outcome, error, second, proxy }: Sent): boolean =>
  (outcome === 'refused' && proxy !== undefined) ||
  [error, second].some(one => proxyCodes.some(code => code === one?.code))
