/** Which requests of an agent are not answered yet. */
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js'

/**
 * Looks at what passes a transport that a server is connected to.
 * @returns resolves once no request is open
 */
export function watchRequests(transport: Transport): { answered(): Promise<void> } {
  const open = new Set<RequestId>()
  let wake = () => {}
  const close = (id: unknown) => {
    if (typeof id === 'string' || typeof id === 'number') open.delete(id)
    if (open.size === 0) wake()
  }
  const { onmessage } = transport
  const send = transport.send.bind(transport)
  transport.onmessage = (message: JSONRPCMessage, extra) => {
    if ('method' in message && 'id' in message) open.add(message.id)
    // One that is cancelled is never answered.
    else if ('method' in message && message.method === 'notifications/cancelled') close(message.params?.['requestId'])
    onmessage?.(message, extra)
  }
  transport.send = async (message, options) => {
    await send(message, options)
    if (!('method' in message)) close(message.id)
  }
  return {
    async answered() {
      if (open.size > 0)
        await new Promise<void>(resolve => {
          wake = resolve
        })
    },
  }
}
