import { describe, expect, it } from 'vitest'
import { maxInFlight } from '../../../electron/shell/channels.ts'
import { InFlight } from '../../../electron/shell/in-flight.ts'

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false
  void promise.then(() => (settled = true))
  await Promise.resolve()
  await Promise.resolve()
  return settled
}

function full(): InFlight {
  const inFlight = new InFlight()
  for (let count = 0; count < maxInFlight; count++) inFlight.sent()
  return inFlight
}

describe('a page that hangs is not flooded', () => {
  it('streams go on while the page keeps up', async () => {
    const inFlight = full()
    inFlight.taken(1)
    expect(await isSettled(inFlight.drained())).toBe(true)
  })

  it('they wait when too much is on its way, until the page takes some', async () => {
    const inFlight = full()
    const drained = inFlight.drained()
    expect(await isSettled(drained)).toBe(false)
    inFlight.taken(1)
    expect(await isSettled(drained)).toBe(true)
  })

  it.each([maxInFlight + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'a page cannot have taken %s',
    async (count) => {
      const inFlight = full()
      inFlight.taken(count)
      expect(await isSettled(inFlight.drained())).toBe(false)
    },
  )

  it('nobody waits for a page that is gone', async () => {
    const inFlight = full()
    const drained = inFlight.drained()
    inFlight.close()
    expect(await isSettled(drained)).toBe(true)
    expect(await isSettled(inFlight.drained())).toBe(true)
  })
})
