import type { ToMover } from '#core/transfers/process/messages.ts'
import type { MoverHosts } from '#core/transfers/process/hosts.ts'
import { moversHere } from './movers-here.ts'
import { openTcpFaultProxy, type TcpFaultProxy } from './tcp-fault-proxy.ts'

/**
 * Movers whose tcp lanes all go over wires a test can cut: this side dials through a wire, and the
 * other side, which takes `deaf` movers, does not dial at all.
 */
export class WiredMovers {
  readonly wires: TcpFaultProxy[] = []
  /** What new wires are like. */
  isOpen = true

  readonly hosts: MoverHosts = {
    ...moversHere,
    open: (on) => {
      const host = moversHere.open(on)
      const enter = async (command: Extract<ToMover, { command: 'enter' }>) => {
        host.post({ ...command, doors: await this.#wired(command.doors) })
      }
      return {
        ...host,
        post: (command) => {
          if (command.command === 'enter') void enter(command)
          else host.post(command)
        },
      }
    },
  }

  readonly deaf: MoverHosts = {
    ...moversHere,
    open: (on) => {
      const host = moversHere.open(on)
      const post = (command: ToMover) => {
        const isTcp = command.command === 'enter' && command.doors.kind === 'tcp'
        host.post(isTcp ? { ...command, doors: { kind: 'tcp', addresses: [] } } : command)
      }
      return { ...host, post }
    },
  }

  cut(): void {
    for (const wire of this.wires) wire.cut('reset')
  }

  stall(stalled: boolean): void {
    for (const { faults } of this.wires) {
      faults.forth.stalled = stalled
      faults.back.stalled = stalled
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.wires.map((wire) => wire.close()))
  }

  async #wired(doors: Extract<ToMover, { command: 'enter' }>['doors']) {
    const [address] = doors.addresses
    if (doors.kind !== 'tcp' || address === undefined) return doors
    if (!this.isOpen) return { kind: 'tcp' as const, addresses: [] }
    const wire = await openTcpFaultProxy(address)
    this.wires.push(wire)
    return { kind: 'tcp' as const, addresses: [wire.address] }
  }
}
