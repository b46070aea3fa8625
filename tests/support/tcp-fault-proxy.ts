import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** `forth` is what the dialling side says. */
export type Direction = 'forth' | 'back'

interface Faults {
  /** Every write carries so many bytes only. */
  sliceBytes?: number
  bytesPerSecond?: number
  /** Bytes wait here, for as long as this is set. */
  stalled?: boolean
  /** Flips a bit of the byte at this place of the direction, counted from the start of a connection. */
  corruptAt?: number
}

interface Way {
  readonly direction: Direction
  readonly from: Socket
  readonly to: Socket
  passed: number
}

export interface TcpFaultProxy {
  /** `ip:port` to dial in place of the target. */
  readonly address: string
  /** Take effect at the next byte, for connections that are open too. */
  readonly faults: Record<Direction, Faults>
  /** Bytes passed on in each direction, over all connections. */
  readonly passed: Record<Direction, number>
  /** Connections so far. */
  readonly connections: number
  /** Ends every connection in the middle of whatever it carries. */
  cut(how: 'reset' | 'end'): void
  close(): Promise<void>
}

/** A wire with a will of its own between a dialling and a listening side. */
export async function openTcpFaultProxy(target: string): Promise<TcpFaultProxy> {
  const faults: Record<Direction, Faults> = { forth: {}, back: {} }
  const passed: Record<Direction, number> = { forth: 0, back: 0 }
  const open = new Set<Socket>()
  let connections = 0
  const port = Number(target.slice(target.lastIndexOf(':') + 1))
  const host = target.slice(0, target.lastIndexOf(':')).replaceAll(/[[\]]/g, '')

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    connections++
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    void carry({ direction: 'forth', from: near, to: far, passed: 0 })
    void carry({ direction: 'back', from: far, to: near, passed: 0 })
  })

  async function carry(way: Way): Promise<void> {
    try {
      for await (const bytes of way.from) await pass(way, bytes as Buffer)
      way.to.end()
    } catch {
      // Cut: both sockets are on their way out.
    }
  }

  async function pass(way: Way, bytes: Buffer): Promise<void> {
    const { direction } = way
    for (let at = 0; at < bytes.length;) {
      while (faults[direction].stalled && !way.to.destroyed) await pause(5)
      const { sliceBytes = bytes.length, bytesPerSecond, corruptAt } = faults[direction]
      const piece = Buffer.from(bytes.subarray(at, at + sliceBytes))
      if (corruptAt !== undefined) corrupt(piece, corruptAt - way.passed)
      if (!way.to.write(piece)) await drained(way.to)
      way.passed += piece.length
      passed[direction] += piece.length
      at += piece.length
      if (bytesPerSecond) await pause((piece.length / bytesPerSecond) * 1_000)
      else if (sliceBytes < bytes.length) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    passed,
    get connections() {
      return connections
    },
    cut(how) {
      for (const socket of open) {
        if (how === 'reset') socket.resetAndDestroy()
        else socket.destroy()
      }
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function corrupt(piece: Buffer, at: number): void {
  const byte = piece[at]
  if (byte !== undefined) piece[at] = byte ^ 1
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.once('drain', done).once('close', done)
  })
}
