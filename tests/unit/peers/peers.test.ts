import { expect, test } from 'vitest'
import { openPeers } from '#core/peers.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { memoryStore } from '../../support/memory-store.ts'

const self = fakeId(1)
const at = (who: number, host: string) => ({ id: fakeId(who), host, port: 4433 })

test('what was added stays, what was given for one run does not', async () => {
  const store = memoryStore()
  const given = [at(2, 'two.example'), at(1, 'this-one.example')]
  const peers = await openPeers(store, { self, given })
  await peers.add(at(3, 'three.example'))
  await peers.add(at(3, '192.0.2.3'))
  await peers.add(at(3, 'Three.Example'))
  expect(peers.rows).toEqual([
    { ...at(2, 'two.example'), saved: false },
    { ...at(3, 'Three.Example'), saved: true },
    { ...at(3, '192.0.2.3'), saved: true },
  ])
  const later = await openPeers(store, { self, given: [] })
  expect(later.cell.value.map(({ host }) => host).toSorted()).toEqual([
    '192.0.2.3',
    'Three.Example',
  ])
  await later.remove(fakeId(3))
  expect((await openPeers(store, { self, given: [] })).rows).toEqual([])
})

test('what makes no sense is refused with a reason', async () => {
  const peers = await openPeers(memoryStore(), { self, given: [at(2, 'two.example')] })
  await expect(peers.add(at(1, 'h'))).rejects.toMatchObject({ code: 'input.invalid' })
  await expect(peers.remove(fakeId(2))).rejects.toMatchObject({
    details: { problem: 'no address of this device has been added' },
  })
  for (let n = 0; n < 256; n++) await peers.add(at(3, `h${n}.example`))
  await expect(peers.add(at(4, 'h'))).rejects.toMatchObject({ code: 'input.invalid' })
  await peers.add(at(3, 'h0.example'))
})
