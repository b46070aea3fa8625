import { z } from 'zod'
import type { Alpn } from '#shared/ids.ts'
import { collectGarbage } from '#core/base/collect-garbage.ts'
import { messageAlpn } from '#core/messages/messages.ts'
import { until } from '../support/until.ts'
import { openBare, openEcho } from './bare.ts'
import { acquaint, idle, openSessionNode } from './nodes.ts'
import { timed, type Row } from './row.ts'

/** So many that what the process takes and gives back by itself does not show. */
const idleSessions = 200

/** Dialling, sessions and messages between two devices in this process, against iroh alone. */
export async function sessionRows(rounds: number): Promise<Row[]> {
  const bare = await openBare()
  const [here, there] = await Promise.all([openSessionNode(), openSessionNode()])
  try {
    const setUp = 'gangway/bench/1'
    for (const node of [here, there]) idle(node, setUp)
    await acquaint(here, there)
    const address = { id: there.id, addresses: there.endpoint.sockets }
    const dials = await timed(rounds, {
      async bare() {
        const connection = await bare.dial()
        return async () => {
          connection.close(0n, [])
          await connection.closed()
        }
      },
      async endpoint() {
        const connection = await here.endpoint.connect(address, messageAlpn, { deadlineMs: 5_000 })
        return async () => {
          connection.close('clean')
          await connection.closed
        }
      },
      async session() {
        const channel = await here.sessions.open(there.id, setUp)
        return async () => {
          channel.close('clean')
          await until('it is closed there too', () => !there.sessions.current(here.id, setUp))
        }
      },
    })

    const message = {
      kind: 'bench.note',
      schema: z.object({}),
      mayFrom: () => true,
      rate: { burst: Infinity, perSecond: 0 },
    }
    const mail = here.messages.define({ ...message, handle: () => {} })
    there.messages.define({ ...message, handle: () => {} })
    const channel = await here.sessions.open(there.id, messageAlpn)
    const trips = await timed(rounds * 10, {
      bare: await openEcho(await bare.dial()),
      ping: async () => void (await channel.ping()),
      message: () => mail.send(there.id, {}),
    })

    const dialled = { work: 'bare dial', p50: dials.bare.p50 }
    const echoed = { work: 'bare echo', p50: trips.bare.p50 }
    const row = (work: string, rest: Pick<Row, 'p50' | 'p95' | 'rounds' | 'control' | 'reach'>) =>
      ({ work, unit: 'ms', ...rest }) as const
    return [
      row('endpoint dial', { ...dials.endpoint, control: dialled, reach: null }),
      row('session set-up to a known peer', { ...dials.session, control: dialled, reach: 50 }),
      row('sealed ping and its answer', { ...trips.ping, control: echoed, reach: null }),
      row('message and its acknowledgement', { ...trips.message, control: echoed, reach: 3 }),
      await memoryRow(),
    ]
  } finally {
    await Promise.all([here.close(), there.close(), bare.close()])
  }
}

/** Both ends live in this process, so a session costs a device about half of this. */
async function memoryRow(): Promise<Row> {
  const [here, there] = await Promise.all([openSessionNode(), openSessionNode()])
  try {
    await acquaint(here, there)
    const names = Array.from(
      { length: idleSessions + 1 },
      (_, place): Alpn => `gangway/bench/${place + 2}`,
    )
    for (const name of names) for (const node of [here, there]) idle(node, name)
    const open = (some: readonly Alpn[]) =>
      Promise.all(some.map((name) => here.sessions.open(there.id, name)))
    // The first one brings what all of them share.
    await open(names.slice(0, 1))
    const before = await residentBytes()
    await open(names.slice(1))
    const each = ((await residentBytes()) - before) / idleSessions / 1024
    return {
      work: 'memory per idle session, both ends together',
      unit: 'KiB',
      p50: each,
      p95: null,
      rounds: idleSessions,
      control: null,
      reach: null,
    }
  } finally {
    await Promise.all([here.close(), there.close()])
  }
}

async function residentBytes(): Promise<number> {
  await collectGarbage()
  await collectGarbage()
  return process.memoryUsage.rss()
}
