import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { Doors } from '#core/transfers/control.ts'
import { Ways } from '#core/transfers/process/ways.ts'
import { closing } from '../../../support/closing.ts'

const own = closing()
const transferId = 'ab'.repeat(16)

function ways(isSending: boolean): Ways {
  const surroundings = { clock: systemClock, log: silentLog }
  return own(new Ways({ transferId, isSending, lanOnly: false, relay: null, ...surroundings }))
}

test('whoever came in through a door stays when it closes behind them, at once', async () => {
  const [sender, receiver] = [ways(true), ways(false)]
  for (let epoch = 1; epoch <= 20; epoch++) {
    const [forth, back] = [randomBytes(32), randomBytes(32)]
    const [mine, theirs] = await Promise.all([
      sender.open(epoch, 'tcp', { send: forth, receive: back }),
      receiver.open(epoch, 'tcp', { send: back, receive: forth }),
    ])
    // Only one of the two dials, in turns: the other lane comes through a door that closes.
    const nowhere: Doors = { kind: 'tcp', addresses: [] }
    const isSenderDialling = epoch % 2 === 0
    const closeAtOnce = async (own: Ways, ...args: Parameters<Ways['enter']>) => {
      const lane = await own.enter(...args)
      await own.open(epoch + 1_000, 'tcp', { send: forth, receive: back })
      return lane
    }
    const lanes = await Promise.all([
      closeAtOnce(sender, epoch, isSenderDialling ? theirs : nowhere),
      closeAtOnce(receiver, epoch, isSenderDialling ? nowhere : mine),
    ])
    const [here, there] = lanes
    await here.send([Buffer.from('forth')])
    const heard = await there.receive()
    expect(Buffer.concat(heard ?? []).toString()).toBe('forth')
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}, 20_000)
