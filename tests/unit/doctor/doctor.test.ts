import { describe, expect, test } from 'vitest'
import { runDoctor } from '#core/doctor/doctor.ts'
import type { System } from '#core/doctor/system.ts'
import { formatReport } from '#shared/doctor.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { healthyParts, online, reportOf, withProblem } from '../../support/fake-doctor.ts'
import { fakeReport } from '../../support/fake-report.ts'

const never = () => new Promise<never>(() => {})

describe('safety 26: no check keeps the others from being told', () => {
  const everywhere = (answer: () => never | Promise<never>): Partial<System> => ({
    interfaces: () => {
      throw new Error('/home/alice/secret')
    },
    hearsItself: answer,
    answers: answer,
    freeBytes: answer,
    profileWrittenAt: answer,
    textOf: answer,
    output: answer,
    stallWithin: answer,
  })
  const boom = () => {
    throw new Error('/home/alice/secret')
  }

  test.each([
    ['hangs', everywhere(never)],
    ['throws', everywhere(boom)],
  ])('a computer where everything %s', async (_, system) => {
    const { checks } = await reportOf({ system, parts: online('https://relay.example/') })
    expect(checks).toHaveLength(14)
    for (const id of ['network', 'udp', 'firewall', 'clock', 'disk', 'load']) {
      expect(checks.find((check) => check.id === id)).toMatchObject({
        verdict: 'notice',
        detail: 'This could not be looked at.',
        remedy: expect.stringContaining('Run Doctor again'),
      })
    }
    expect(checks.find(({ id }) => id === 'endpoint')?.verdict).toBe('good')
    expect(checks.find(({ id }) => id === 'discovery')?.verdict).toBe('good')
  })

  test('whoever no longer wants the report gets none', async () => {
    const controller = new AbortController()
    const parts = healthyParts(everywhere(never))
    const running = runDoctor(parts, controller.signal)
    controller.abort()
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    expect(parts.clock.pending).toBe(0)
  })
})

describe('how each paired device is reached', () => {
  const path = { cwnd: 14_000, mtu: 1_420, lostPackets: 2, sentPackets: 90, rttMs: 1.2345 }

  test('as the connection tells it', async () => {
    const address = 'https://relay.example/'
    const pathTo = () => ({ ...path, kind: 'relay' as const, address })
    const { links } = await reportOf({ parts: { pathTo } })
    expect(links).toEqual([
      {
        id: fakeId(1),
        name: 'Studio',
        path: { kind: 'relay', address, rttMs: 1.2 },
        congestionWindow: 14_000,
        lostPackets: 2,
        sentPackets: 90,
        mtu: 1_420,
        relay: address,
      },
    ])
  })

  test('nothing is made up about one that is away', async () => {
    const { links } = await reportOf()
    expect(links).toMatchObject([{ id: fakeId(1), path: null, congestionWindow: null, mtu: null }])
  })
})

describe('the report as text', () => {
  test('says each thing once, with what to do', () => {
    const lines = formatReport(fakeReport).split('\n')
    expect(lines[0]).toBe('Gangway 0.0.0, 2026-01-01T00:00:00.000Z')
    expect(lines).toContain('ok      Network: Connected (lan0) with an address of a local network.')
    expect(lines).toContain('notice  VPN: A VPN seems to be on (tun0).')
    expect(lines).toContain('BAD     Port: Gangway could not open a network port.')
    expect(lines).toContain('        → Check that a network is connected, then try again.')
    expect(lines).toContain('  Studio: on this network (192.0.2.8:41000)')
    expect(lines).toContain(
      '    round trip 1.5 ms, window 12000 bytes, 1 of 250 packets lost, packets up to 1440 bytes',
    )
    expect(lines).toContain('  Cabin: not connected')
  })

  test('holds no path, no file name, no id and no secret', async () => {
    const canary = 'canary-4711'
    const fails = () => Promise.reject(new Error(`/home/${canary}/key`))
    const { device } = withProblem('store.damaged', `/home/${canary}/store`)
    device.set({ ...device.value, settings: { ...device.value.settings, name: canary } })
    const told = await reportOf({
      system: { freeBytes: fails, textOf: async () => `ENABLED=yes ${canary}` },
      parts: { device },
    })
    const text = formatReport(told)
    expect(text).not.toContain(canary)
    expect(text).not.toMatch(/(?:^|\s)\/\w+\/|[A-Z]:\\|\.(?:json|key|ldb|log)\b/)
    expect(text).not.toMatch(/[0-9a-f]{16}/)
  })
})
