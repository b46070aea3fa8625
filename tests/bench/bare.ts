import { Endpoint, EndpointAddr, RelayMode } from '@number0/iroh/index.js'

/** The control: what the transport alone does, without a layer of ours. */

const alpn = [...Buffer.from('gangway-bench/bare')]

async function bind(): Promise<Endpoint> {
  const builder = Endpoint.builder()
  builder.applyMinimal()
  builder.relayMode(RelayMode.disabled())
  builder.alpns([alpn])
  builder.bindAddr('127.0.0.1:0')
  return builder.bind()
}

/** Two bare endpoints: one echoes whatever comes, the other dials. */
export async function openBare() {
  const [here, there] = await Promise.all([bind(), bind()])
  const address = new EndpointAddr(there.id(), null, there.boundSockets())
  void serve(there)
  return {
    dial: () => here.connect(address, alpn),
    async close() {
      await Promise.all([here.close(), there.close()])
    },
  }
}

async function serve(endpoint: Endpoint): Promise<void> {
  for (;;) {
    const incoming = await endpoint.acceptNext()
    if (!incoming) return
    const connection = await (await incoming.accept()).connect()
    void echo(connection).catch(() => {})
  }
}

type Connection = Awaited<ReturnType<Endpoint['connect']>>

async function echo(connection: Connection): Promise<void> {
  const stream = await connection.acceptBi()
  for (;;) {
    const bytes = await stream.recv.read(64)
    if (!bytes || bytes.length === 0) return
    await stream.send.writeAll(bytes)
  }
}

/** There and back on a stream that is open already. */
export async function openEcho(connection: Connection): Promise<() => Promise<void>> {
  const stream = await connection.openBi()
  const byte = [1]
  return async () => {
    await stream.send.writeAll(byte)
    await stream.recv.read(64)
  }
}
