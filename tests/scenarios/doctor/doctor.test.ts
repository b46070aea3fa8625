import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { thisSystem } from '#core/doctor/this-system.ts'
import { formatReport } from '#shared/doctor.ts'
import { doctorReportSchema } from '#shared/devices.ts'
import { closing } from '../../support/closing.ts'
import { pair, TestCore, together } from '../../support/paired-cores.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()

describe('Doctor and a real core', () => {
  test('two paired devices: everything is told within 5 s, the way between them too', async () => {
    const laptop = own(await new TestCore('Laptop').open())
    const studio = own(await new TestCore('Studio').open())
    await pair(laptop, studio)
    await together(laptop, studio)

    const began = performance.now()
    const told = await laptop.calls['doctor.run']({}, new AbortController().signal)
    expect(performance.now() - began).toBeLessThan(5_000)

    const report = doctorReportSchema.parse(told)
    const verdictOf = (id: string) => report.checks.find((check) => check.id === id)?.verdict
    expect(report.checks).toHaveLength(14)
    expect(report.checks.filter(({ detail }) => detail.includes('could not be'))).toEqual([])
    expect(verdictOf('endpoint')).toBe('good')
    expect(verdictOf('relay')).toBe('good')
    expect(verdictOf('store')).toBe('good')
    expect(verdictOf('key')).toBe('notice')
    expect(report.links).toMatchObject([
      {
        id: studio.id,
        name: 'Studio',
        path: { kind: 'lan', rttMs: expect.any(Number) },
        relay: null,
      },
    ])
    expect(report.links[0]?.sentPackets).toBeGreaterThan(0)
    expect(report.links[0]?.mtu).toBeGreaterThan(1_000)
    expect(formatReport(report)).not.toContain(laptop.id)
  })

  test('a clock that is off is told, though what that device says is refused for it', async () => {
    const laptop = own(await new TestCore('Laptop').open())
    const early = { ...systemClock, now: () => Date.now() + 7 * 60_000 }
    const studio = own(await new TestCore('Studio', { clock: early }).open())
    await pair(laptop, studio)
    await together(laptop, studio)
    const clockOf = async () => {
      const { checks } = await laptop.calls['doctor.run']({}, new AbortController().signal)
      return checks.find(({ id }) => id === 'clock')
    }
    await until('the clocks were compared', async () => (await clockOf())?.verdict === 'notice')
    expect((await clockOf())?.detail).toBe(
      'The clock of this computer is 7 min behind that of Studio.',
    )
    expect(laptop.shows(studio)?.status).toBeNull()
  })
})

describe('what Doctor asks of this computer', () => {
  const signal = () => AbortSignal.timeout(5_000)

  test('UDP to itself arrives; to an address that is not its own nothing is sent', async () => {
    const system = thisSystem('.', systemClock)
    expect(await system.hearsItself('127.0.0.1', signal())).toBe(true)
    expect(await system.hearsItself('192.0.2.1', signal())).toBe(false)
  })

  test('commands that do not exist, fail or never end tell nothing', async () => {
    const system = thisSystem('.', systemClock)
    const node = process.execPath
    expect(await system.output('gangway-no-such-command', [], signal())).toBeNull()
    expect(await system.output(node, ['-e', 'process.exit(3)'], signal())).toBeNull()
    const cut = AbortSignal.timeout(200)
    expect(await system.output(node, ['-e', 'setInterval(() => {}, 1000)'], cut)).toBeNull()
    const secret = 'console.log(process.env.GANGWAY_PASSPHRASE ?? "none")'
    process.env['GANGWAY_PASSPHRASE'] = 'canary'
    try {
      expect(await system.output(node, ['-e', secret], signal())).toBe('none\n')
    } finally {
      delete process.env['GANGWAY_PASSPHRASE']
    }
  })

  test('nobody answers where nobody listens', async () => {
    expect(await thisSystem('.', systemClock).answers('127.0.0.1', 1, signal())).toBe(false)
  })

  test('room on the disk, when it was written to, and how busy it is', async () => {
    using folder = temporaryFolder()
    const system = thisSystem(folder.path, systemClock)
    expect(await system.freeBytes()).toBeGreaterThan(0)
    expect(Math.abs((await system.profileWrittenAt()) - Date.now())).toBeLessThan(60_000)
    expect(await system.textOf(folder.path)).toBeNull()
    const stalled = system.stallWithin(300, signal())
    systemClock.after(100, () => {
      const until = performance.now() + 120
      while (performance.now() < until);
    })
    expect(await stalled).toBeGreaterThan(50)
  })
})
