/**
 * An HTTP proxy on loopback that knows names nobody else knows: `shop.example` is a port of this machine for it alone. It
 * takes CONNECT and plain requests in absolute form, and keeps what it was asked.
 */
import net from 'node:net'

/** What it was asked: the first line, and the header lines as they came. */
export interface Asked {
  readonly line: string
  readonly lines: readonly string[]
}

export interface TestProxy {
  readonly port: number
  /** `127.0.0.1:PORT`, as it is told of. */
  readonly name: string
  readonly url: string
  readonly asked: readonly Asked[]
  /** Connections to it and from it that are open now. */
  readonly open: number
  close(): Promise<void>
}

export interface TestProxyOptions {
  /** Where a host and port lead, such as `shop.example:443`: a port of this machine. */
  readonly leads?: Readonly<Record<string, number>>
  /** The answer in place of leading anywhere: bytes, after which the connection ends; `reset`; `silent`: none, ever. */
  readonly refuses?: string | 'reset' | 'silent'
  /** Only what is asked by this word is refused: `CONNECT`, `POST`. */
  readonly only?: string
  /** So many are led on before any is refused; then no connection stays open. */
  readonly after?: number
  /** Default: a free one. */
  readonly port?: number
}

export async function startProxy({
  leads = {},
  refuses,
  only = '',
  after = 0,
  port: wanted = 0,
}: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: Asked[] = []
  const open = new Set<net.Socket>()
  const keep = (socket: net.Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    return socket
  }

  function serve(socket: net.Socket, head: string, rest: Buffer): void {
    const [line = '', ...lines] = head.split('\r\n')
    asked.push({ line, lines })
    const [method = '', where = ''] = line.split(' ')
    if (refuses !== undefined && method.startsWith(only) && asked.length > after) {
      if (after > 0) for (const one of open) if (one !== socket) one.destroy()
      if (refuses === 'reset') socket.resetAndDestroy()
      else if (refuses !== 'silent') socket.end(refuses)
      return
    }
    const url = method === 'CONNECT' ? null : new URL(where)
    const port = leads[url === null ? where : `${url.hostname}:${url.port || 80}`]
    if (port === undefined) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const onward = keep(net.connect(port, '127.0.0.1'))
    onward.on('close', () => socket.end())
    socket.on('close', () => onward.destroy())
    if (url === null) socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    else {
      const own = lines.filter(one => !/^proxy-/i.test(one))
      onward.write([`${method} ${url.pathname}${url.search} HTTP/1.1`, ...own, 'Via: 1.1 test', '', ''].join('\r\n'))
    }
    onward.write(rest)
    // What follows on the same connection goes to the same place: the tests ask one host at a time.
    if (url === null) socket.pipe(onward)
    else socket.on('data', (chunk: Buffer) => onward.write(relayed(chunk)))
    onward.pipe(socket)
  }

  /** A later request of a kept connection, as a proxy hands it on; a body goes as it is. */
  function relayed(chunk: Buffer): Buffer {
    const text = chunk.toString('latin1')
    const line = /^[A-Z]+ http:\/\/\S+ HTTP\/1\.1\r\n/.exec(text)?.[0]
    if (line === undefined) return chunk
    const [head = '', ...more] = text.split('\r\n\r\n')
    const [first = '', ...lines] = head.split('\r\n')
    asked.push({ line: first, lines })
    const own = lines.filter(one => !/^proxy-/i.test(one))
    const origin = first.replace(/ http:\/\/[^/ ]+/, ' ')
    return Buffer.from([[origin, ...own].join('\r\n'), ...more].join('\r\n\r\n'), 'latin1')
  }

  const server = net.createServer(socket => {
    keep(socket)
    let came = Buffer.alloc(0)
    const read = (chunk: Buffer) => {
      came = Buffer.concat([came, chunk])
      const end = came.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', read)
      serve(socket, came.subarray(0, end).toString('latin1'), came.subarray(end + 4))
    }
    socket.on('data', read)
  })
  await new Promise<void>(resolve => server.listen(wanted, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const name = `127.0.0.1:${port}`
  return {
    port,
    name,
    url: `http://${name}`,
    asked,
    get open() {
      return open.size
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
