import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { DoctorReport, Presence, Verification } from '#shared/devices.ts'
import { doctorReportSchema } from '#shared/devices.ts'
import { Fault } from '#shared/faults.ts'
import type { World } from '../../../electron/headless/cli/command.ts'
import { resolveDevice } from '../../../electron/headless/cli/devices.ts'
import { run } from '../../../electron/headless/cli/run.ts'
import { takeSecrets } from '../../../electron/headless/secrets.ts'
import { fakeApi, fakeDrops, fakeMetrics } from '../../support/fake-api.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { fakePaired, idleOver } from '../../support/fake-paired.ts'
import { fakeReport } from '../../support/fake-report.ts'

interface Situation {
  readonly stdin?: readonly string[] | Readable
  readonly signal?: AbortSignal
  readonly report?: DoctorReport
  readonly unsent?: Error
  /** What `device.verify` finds instead, by name. */
  readonly seen?: Readonly<Record<string, Partial<Verification>>>
  /** How the two devices stand. */
  readonly presences?: readonly Presence[]
}

/** Two paired devices, and what became of one command line. */
async function gangway(
  line: string[],
  {
    stdin = [],
    report = fakeReport,
    unsent,
    seen = {},
    presences = [],
    signal = new AbortController().signal,
  }: Situation = {},
) {
  const said = { stdout: '', stderr: '' }
  const sent: object[] = []
  const asked: object[] = []
  const { api, device, devices } = fakeApi()
  const [studio, cabin] = presences
  devices.put(fakePaired(1, { name: 'Studio' }, studio))
  devices.put(fakePaired(2, { name: 'Cabin' }, cabin))
  const calls: typeof api.calls = {
    ...api.calls,
    'text.send': async (input) => {
      if (unsent) throw unsent
      sent.push(input)
      return {}
    },
    'device.verify': async (input, inner) => {
      const found = await api.calls['device.verify'](input, inner)
      return { ...found, ...seen[found.name] }
    },
    'doctor.run': async () => report,
  }
  const world: World = {
    env: {},
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    stdin: Readable.from(stdin),
    // Listening for neighbours takes a time that no test should wait for.
    clock: { ...systemClock, after: (_, callback) => systemClock.after(50, callback) },
    version: '1.2.3',
    secrets: takeSecrets({}),
    signal,
    report: () => {},
    async openNode(_, options) {
      asked.push(options)
      return {
        core: {
          api: { ...api, calls },
          device,
          drops: fakeDrops,
          metrics: fakeMetrics,
          close: async () => {},
        },
        log: silentLog,
        close: async () => {},
      }
    },
  }
  const code = await run([...line, '--data-dir', '/nowhere/at/all'], world)
  return { code, ...said, sent, asked }
}

describe('gangway devices', () => {
  test.each<[Presence, string]>([
    [{ state: 'paired' }, 'not reached yet'],
    [{ state: 'connecting' }, 'connecting'],
    [idleOver('relay'), 'relay'],
    [{ state: 'connected', path: null }, 'connected'],
    [{ state: 'disconnected', reason: 'away' }, 'away'],
    [{ state: 'disconnected', reason: 'closed' }, 'Gangway is closed there'],
    [{ state: 'disconnected', reason: 'lost' }, 'connection lost'],
    [{ state: 'disconnected', reason: 'blocked' }, 'blocked by you'],
    [{ state: 'disconnected', reason: 'removed' }, 'ended the pairing'],
  ])('says in words how a device stands: %o', async (presence, words) => {
    const { stdout } = await gangway(['devices'], { presences: [presence] })
    expect(stdout).toMatch(new RegExp(`^Studio +laptop +known +${words}  `, 'm'))
    expect(stdout).not.toContain('disconnected')
  })
})

describe('gangway text', () => {
  const to = fakeId(1)

  test('goes to the device that is named, and says so', async () => {
    const { code, stdout, sent } = await gangway(['text', 'https://example.org', '--to', 'studio'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Sent to Studio.\n' })
    expect(sent).toEqual([{ to, text: 'https://example.org' }])
    const json = await gangway(['text', 'x', '--to', 'Studio', '--json'])
    expect(JSON.parse(json.stdout)).toEqual({ event: 'sent', to: { id: to, name: 'Studio' } })
  })

  test('- reads stdin, without the newline that ends it', async () => {
    const { sent } = await gangway(['text', '-', '--to', 'Studio'], { stdin: ['a\nb', '\n'] })
    expect(sent).toEqual([{ to, text: 'a\nb' }])
  })

  test('whoever stops it while it waits for stdin is not kept waiting', async () => {
    const stdin = new Readable({ read() {} })
    const line = ['text', '-', '--to', 'Studio']
    const { code, sent } = await gangway(line, { stdin, signal: AbortSignal.timeout(50) })
    expect({ code, sent }).toEqual({ code: 130, sent: [] })
  })

  test.each([
    ['too much', ['x'.repeat(70_000)], 'too long'],
    ['nothing', [], 'cannot be sent'],
  ])('stdin with %s is refused', async (_, stdin, sentence) => {
    const { code, stderr, sent } = await gangway(['text', '-', '--to', 'Studio'], { stdin })
    expect({ code, sent }).toEqual({ code: 2, sent: [] })
    expect(stderr).toContain(sentence)
  })

  test.each([
    ['peer.unreachable', 3],
    ['message.refused', 4],
  ] as const)('a device that does not get it, %s: exit code %d', async (code, exit) => {
    const unsent = new Fault(code)
    const ran = await gangway(['text', 'x', '--to', 'Studio'], { unsent })
    expect(ran).toMatchObject({ code: exit, stdout: '', stderr: `gangway: ${unsent.message}\n` })
  })

  test('nobody of that name: exit code 2', async () => {
    const { code, stderr, sent } = await gangway(['text', 'x', '--to', 'Attic'])
    expect({ code, sent }).toEqual({ code: 2, sent: [] })
    expect(stderr).toContain('There is no paired device of that name')
  })
})

describe('gangway verify', () => {
  test('--all: a table, and exit code 0 when all is right', async () => {
    const { code, stdout } = await gangway(['verify', '--all'])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'DEVICE  PAIRED  REACHABLE  SESSION  WAY  ROUND TRIP  SPEED',
      'Studio  yes     yes        yes      –    1.3 ms      120 MB/s over tcp  all right',
      'Cabin   yes     yes        yes      –    1.3 ms      120 MB/s over tcp  all right',
      '',
    ])
  })

  const away = new Fault('peer.unreachable').toRecord()
  const slow = new Fault('peer.busy').toRecord()
  test.each([
    ['somebody is away', { Studio: { reachable: false, session: false, fault: away } }, 3],
    ['somebody does not let it look', { Studio: { throughput: null, fault: slow } }, 1],
    [
      'one is away and one is not right',
      {
        Studio: { reachable: false, session: false, fault: away },
        Cabin: { throughput: null, fault: slow },
      },
      1,
    ],
  ])('%s: %o leads to exit code %d', async (_, seen, exit) => {
    const { code, stdout } = await gangway(['verify', '--all', '--json'], { seen })
    expect(code).toBe(exit)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, devices: [{ paired: true }, {}] })
  })

  test('one by its name; a stranger by its id is not paired', async () => {
    const { stdout } = await gangway(['verify', 'cabin', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, devices: [{ name: 'Cabin' }] })
    const stranger = await gangway(['verify', fakeId(9), '--json'])
    expect(stranger.code).toBe(1)
    expect(JSON.parse(stranger.stdout).devices).toMatchObject([{ id: fakeId(9), paired: false }])
  })

  test.each([[['verify']], [['verify', '--all', 'Studio']], [['verify', 'Nobody']]])(
    '%j is wrong usage',
    async (line) => {
      expect((await gangway(line)).code).toBe(2)
    },
  )
})

describe('gangway peer', () => {
  const id = fakeId(7)

  test('add, list and remove', async () => {
    const added = await gangway(['peer', 'add', `${id}@nas.example:4433`, '--json'])
    const row = { id, host: 'nas.example', port: 4433, saved: true }
    expect(added).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(added.stdout)).toEqual({ peers: [row] })
    const shown = await gangway(['peer', 'add', `${id}@[fd00::7]:4433`])
    expect(shown.stdout).toBe(`${id.slice(0, 8)}  [fd00::7]:4433\n`)
    expect((await gangway(['peer', 'remove', id])).stdout).toContain('No device has a known')
    expect(JSON.parse((await gangway(['peer', 'list', '--json'])).stdout)).toEqual({ peers: [] })
  })

  test.each([
    [['peer', 'add', `${id}@nas.example`], 'Say `peer add <id>@<host>:<port>`'],
    [['peer', 'add', `${id}@nas.example:0`], 'Say `peer add <id>@<host>:<port>`'],
    [['peer', 'remove', 'Studio'], 'peer remove <id>'],
    [['peer', 'list', 'all'], 'Say `peer add'],
    [['peer', 'forget', id], 'Say `peer add'],
  ])('%j is wrong usage', async (line, sentence) => {
    const { code, stdout, stderr } = await gangway(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})

describe('gangway doctor', () => {
  const check = fakeReport.checks.slice(0, 2)

  test('exit code 1 when something is bad, 0 when nothing is', async () => {
    const { code, stdout } = await gangway(['doctor'])
    expect(code).toBe(1)
    expect(stdout).toContain('BAD     Port: Gangway could not open a network port.')
    expect(stdout).toContain('→ Check that a network is connected')
    expect((await gangway(['doctor'], { report: { ...fakeReport, checks: check } })).code).toBe(0)
  })

  test('--json prints the report and nothing else', async () => {
    const { code, stdout, stderr } = await gangway(['doctor', '--json'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(doctorReportSchema.parse(JSON.parse(stdout))).toEqual(fakeReport)
  })

  test('--force-relay reaches the node that is run for it', async () => {
    expect((await gangway(['doctor', '--force-relay'])).asked).toMatchObject([{ forceRelay: true }])
    expect((await gangway(['doctor'])).asked).toMatchObject([{ forceRelay: false }])
  })

  test('safety 30: what others call themselves is text', async () => {
    const links = fakeReport.links.map((link) => ({ ...link, name: '\u001b[2Jx\u202ey' }))
    const { stdout } = await gangway(['doctor'], { report: { ...fakeReport, links } })
    expect(stdout).toContain('[2Jxy: ')
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  })
})

describe('the device a person means', () => {
  const ab = { id: `ab12${'0'.repeat(60)}`, name: 'Studio' }
  const ac = { id: `ac34${'0'.repeat(60)}`, name: 'Café' }

  test.each([
    ['by name', 'Studio', ab],
    ['by name, however it is written', ' CAFE\u0301 ', ac],
    ['by its id', ab.id, ab],
    ['by the beginning of its id', 'AC34', ac],
  ])('%s', (_, text, device) => {
    expect(resolveDevice([ab, ac], text)).toBe(device)
  })

  test.each([
    ['nobody', 'Attic', 'device.unknown'],
    ['a beginning too short to be meant as one', 'ab1', 'device.unknown'],
    ['nothing', '', 'device.unknown'],
  ])('%s', (_, text, code) => {
    expect(() => resolveDevice([ab, ac], text)).toThrow(expect.objectContaining({ code }))
  })

  test('two of one name have to be told apart', () => {
    const twin = { ...ac, name: 'studio' }
    const found = () => resolveDevice([ab, twin], 'Studio')
    expect(found).toThrow(expect.objectContaining({ code: 'usage.invalid' }))
    expect(resolveDevice([ab, twin], 'ac34')).toBe(twin)
  })

  test('a device that calls itself like the id of another does not take its place', () => {
    const impostor = { ...ac, name: ab.id }
    expect(resolveDevice([impostor, ab], ab.id)).toBe(ab)
    const half = { ...ac, name: 'ab12' }
    expect(() => resolveDevice([half, ab], 'ab12')).toThrow(
      expect.objectContaining({ code: 'usage.invalid' }),
    )
  })
})
