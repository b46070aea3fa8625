import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf } from '#core/endpoint/network.ts'
import type { Endpoint } from '#core/endpoint/types.ts'
import { openLoopbackEndpoint } from '../../support/endpoints.ts'

let endpoint: Endpoint
beforeAll(async () => {
  endpoint = await openLoopbackEndpoint([])
})
afterAll(() => endpoint.close())

describe('how the transport is told where to go', () => {
  const relay = 'https://relay.example/'
  const addresses = ['192.168.7.5:4001', '203.0.113.9:4001']
  const target = () => ({ id: endpoint.id, addresses, relay })
  const told = (network: Parameters<typeof addressOf>[1]) => {
    const address = addressOf(target(), network)
    return { direct: address.directAddresses(), relay: address.relayUrl() }
  }

  test('every address and the relay', () => {
    const { direct, relay: over } = told({ lanOnly: false, relay: null })
    expect(direct.toSorted()).toEqual(addresses)
    expect(over).toBe(relay)
  })

  test('LAN only: no address of elsewhere, and no relay', () => {
    const network = { lanOnly: true, relay: null }
    expect(told(network)).toEqual({ direct: ['192.168.7.5:4001'], relay: null })
  })

  test('relay only: no address at all', () => {
    const network = { lanOnly: false, relay: null, forceRelay: true }
    expect(told(network)).toEqual({ direct: [], relay })
  })
})
