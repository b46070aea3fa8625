import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { World } from '../../../electron/headless/cli/command.ts'
import { run } from '../../../electron/headless/cli/run.ts'
import { takeSecrets } from '../../../electron/headless/secrets.ts'
import { fakeApi, fakeDrops, fakeMetrics } from '../../support/fake-api.ts'
import { fakeId, fakeNearby } from '../../support/fake-devices.ts'
import { silentLog } from '#core/base/log.ts'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '#core/base/clock.ts'
import type { NearbyDevice } from '#shared/model.ts'

type Opened = { dataDir: string; overrides: object; peers: readonly object[] }

interface Situation {
  env?: Record<string, string>
  isTTY?: boolean
  nearby?: NearbyDevice[]
  fail?: Error
  stdin?: string
}

/** A command line in a process that does not exist. */
async function gangway(
  line: string[],
  { env = {}, isTTY = false, nearby = [], fail, stdin }: Situation = {},
) {
  const said = { stdout: '', stderr: '' }
  const opened: Opened[] = []
  const reported: unknown[] = []
  const { api, device, nearby: table } = fakeApi()
  for (const row of nearby) table.put(row)
  const world: World = {
    env,
    stdout: { isTTY, write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    // Listening for neighbours takes a second that no test should wait for.
    clock: { ...systemClock, after: (_, callback) => systemClock.after(0, callback) },
    version: '1.2.3',
    secrets: takeSecrets({}),
    stdin: Readable.from(stdin === undefined ? [] : [stdin]),
    signal: new AbortController().signal,
    report: (_, error) => void reported.push(error),
    async openNode({ dataDir }, { overrides, peers }) {
      opened.push({ dataDir, overrides, peers })
      if (fail) throw fail
      const core = { api, device, drops: fakeDrops, metrics: fakeMetrics, close: async () => {} }
      return { core, log: silentLog, close: async () => {} }
    },
  }
  const code = await run(line, world)
  return { code, ...said, opened, reported }
}

/** What a terminal might obey; a newline is ours. */
const instruction = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

describe('wrong usage', () => {
  test.each([
    [[], 'No command was given'],
    [['fly'], 'There is no command “fly”'],
    [['serve', '--wings'], "Unknown option '--wings'"],
    [['serve', '--port'], "Option '--port <value>' argument missing"],
    [['serve', '--port', 'abc'], 'a port is a number from 0 to 65535'],
    [['serve', '--port', '65536'], 'a port is a number from 0 to 65535'],
    [['serve', '--port=-1'], 'a port is a number from 0 to 65535'],
    [['serve', '--name', ''], '--name cannot be used as it is: it is empty'],
    [['serve', '--name', 'x'.repeat(65)], 'at most 64 letters are possible'],
    [['serve', '--status-minutes', '61'], 'at most 60 is possible'],
    [['serve', '--status-minutes', 'often'], 'it is a number'],
    [['serve', '--name', 'a\u0007b'], '--name cannot be used'],
    [['serve', '--relay', 'ftp://x'], 'it is a URL, such as https://relay.example'],
    [['serve', '--peer', 'nobody'], 'a peer is written <id>@<host>:<port>'],
    [['serve', '--peer', `${fakeId(1)}@host:0`], 'a peer is written <id>@<host>:<port>'],
    [['serve', 'now'], "Unexpected argument 'now'"],
    [['serve', '--host', '0.0.0.0'], 'at 0.0.0.0, it also needs the name'],
    [['serve', '--log-level', 'loud'], 'it is one of debug, info, warn, error, off'],
    [['peer', 'add', 'nobody'], 'Say `peer add <id>@<host>:<port>`'],
    [['status', '--open'], "Unknown option '--open'"],
    [['status', '--lan-only', '--force-relay'], 'There is no relay with --lan-only'],
    [['text', 'hello'], 'Say which device with --to'],
    [['text', '--to', 'Studio'], 'put it in quotes'],
    [['text', 'two', 'words', '--to', 'Studio'], 'put it in quotes'],
    [['text', 'a\u001b[2Jb', '--to', 'Studio'], 'The text cannot be sent as it is'],
    [['text', '', '--to', 'Studio'], 'The text cannot be sent as it is'],
    [['help', 'serve', 'status'], 'Help is about one command'],
  ])('%j: exit code 2 and a sentence on stderr', async (line, sentence) => {
    const { code, stdout, stderr, opened } = await gangway(line)
    expect({ code, stdout, opened }).toEqual({ code: 2, stdout: '', opened: [] })
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)

    const json = await gangway(['--json', ...line])
    expect(json.stderr).toBe('')
    expect(JSON.parse(json.stdout)).toEqual({
      event: 'failed',
      code: line.includes('--host') ? 'host.exposed' : 'usage.invalid',
      message: expect.stringContaining(sentence),
    })
  })

  test('a wrong word in the environment is named', async () => {
    const { code, stderr } = await gangway(['status'], { env: { GANGWAY_VISIBLE: 'perhaps' } })
    expect(code).toBe(2)
    expect(stderr).toContain('GANGWAY_VISIBLE is neither yes nor no')
  })

  test('safety 30: what was typed does not reach the terminal as an instruction', async () => {
    expect((await gangway(['\u001b[2J\u009b2J'])).stderr).not.toMatch(instruction)
  })
})

describe('what a failure says', () => {
  test('a fault is its sentence and its exit code', async () => {
    const fail = new Fault('endpoint.unavailable', { port: 7 })
    const { code, stderr, reported } = await gangway(['status'], { fail })
    expect({ code, stderr, reported }).toEqual({
      code: 1,
      stderr: `gangway: ${fail.message}\n`,
      reported: [],
    })
  })

  test('a bug goes to the log, and people get a sentence', async () => {
    const fail = new TypeError('x of undefined')
    const { code, stderr, reported } = await gangway(['status'], { fail })
    expect({ code, reported }).toEqual({ code: 1, reported: [fail] })
    expect(stderr).not.toContain('undefined')
  })
})

describe('where settings come from', () => {
  const env = {
    GANGWAY_NAME: 'From Env',
    GANGWAY_LAN_ONLY: 'yes',
    GANGWAY_VISIBLE: '1',
    GANGWAY_ROUTER_PORT: 'yes',
    GANGWAY_STATUS_MINUTES: '15',
    GANGWAY_PEER: `${fakeId(1)}@192.0.2.1:1 ${fakeId(2)}@[2001:db8::1]:2`,
    GANGWAY_DATA_DIR: '/profile/env',
    // Meant for other commands, or for nobody.
    GANGWAY_PORT: 'nonsense',
    GANGWAY_VERSION: '9',
  }

  test('flags win over the environment, and what is in neither is left to the saved settings', async () => {
    const flags = ['--name', 'From Flag', '--no-visible', '--data-dir', '/profile/flag']
    flags.push('--cap', '20M', '--udp-port', '4433', '--no-router-port')
    const { opened } = await gangway(['status', ...flags], { env })
    expect(opened).toEqual([
      {
        dataDir: '/profile/flag',
        overrides: {
          name: 'From Flag',
          lanOnly: true,
          visible: false,
          routerPort: false,
          caps: { all: 20_000_000, devices: {} },
          statusMinutes: 15,
        },
        peers: [
          { id: fakeId(1), host: '192.0.2.1', port: 1 },
          { id: fakeId(2), host: '2001:db8::1', port: 2 },
        ],
      },
    ])
  })

  test('the environment alone', async () => {
    const { opened } = await gangway(['status'], { env })
    expect(opened[0]).toMatchObject({
      dataDir: '/profile/env',
      overrides: { name: 'From Env', lanOnly: true, visible: true, routerPort: true },
    })
  })

  test('options may stand before the command', async () => {
    const { opened } = await gangway([
      '--json',
      '--data-dir',
      '/here',
      'status',
      '--peer',
      `${fakeId(3)}@h:4`,
    ])
    expect(opened[0]).toEqual({
      dataDir: '/here',
      overrides: {},
      peers: [{ id: fakeId(3), host: 'h', port: 4 }],
    })
  })
})

describe('status', () => {
  const hostile = {
    ...fakeNearby(2),
    name: '\u001b[31m\u202eevil\u009b2J\r\nName  forged\u2028',
  }

  test('--json prints one document with stable names', async () => {
    const { code, stdout, stderr } = await gangway(['status', '--json'], {
      nearby: [fakeNearby(1)],
    })
    expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({
      code: 0,
      stderr: '',
      lines: 2,
    })
    expect(JSON.parse(stdout)).toMatchObject({
      deviceId: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'Laptop',
      version: '0.0.0',
      running: false,
      endpoint: { addresses: ['192.0.2.7:41234'], relay: null },
      nearby: [{ id: fakeId(1), name: 'Device 1', addresses: ['192.0.2.1:4000'] }],
    })
  })

  test('for people it is aligned, and coloured on a terminal only', async () => {
    const { stdout } = await gangway(['status'], { nearby: [fakeNearby(1)] })
    expect(stdout).toContain('Name       Laptop\n')
    expect(stdout).toContain('Addresses  192.0.2.7:41234\n')
    expect(stdout).not.toContain('\u001b')
    expect((await gangway(['status'], { isTTY: true })).stdout).toContain(
      '\u001b[1mLaptop\u001b[22m',
    )
    const quiet = await gangway(['status'], { isTTY: true, env: { NO_COLOR: '1' } })
    expect(quiet.stdout).not.toContain('\u001b')
  })

  test('safety 30: a name is text, whatever is in it', async () => {
    const { stdout } = await gangway(['status'], { nearby: [hostile] })
    expect(stdout).not.toMatch(instruction)
    expect(stdout).not.toMatch(/^Name {2}forged/m)
    const json = await gangway(['status', '--json'], { nearby: [hostile] })
    expect(json.stdout).not.toMatch(instruction)
    expect(JSON.parse(json.stdout).nearby[0].name).toBe(hostile.name)
  })
})

test('help and version', async () => {
  expect((await gangway(['--version'])).stdout).toBe('gangway 1.2.3\n')
  expect(JSON.parse((await gangway(['--version', '--json'])).stdout)).toEqual({ version: '1.2.3' })
  const overview = await gangway(['help'])
  expect(overview.code).toBe(0)
  expect(overview.stdout).toMatch(/serve .*\n(?:.*\n)*.*status .*\n(?:.*\n)*.*help/)
  expect((await gangway(['--help'])).stdout).toBe(overview.stdout)
  const serve = (await gangway(['help', 'serve'])).stdout
  expect(serve).toContain('--lan-only')
  expect(serve).toContain('GANGWAY_LAN_ONLY')
  expect((await gangway(['serve', '-h'])).stdout).toBe(serve)
  const send = (await gangway(['help', 'send'])).stdout
  expect(send).toMatch(/^Usage: gangway send <path>\.\.\. --to <device> \[options\]\n/)
  expect(send).toMatch(
    /Options:\n  --to <device> [^]*Where no Gangway runs [^]*--lan-only [^]*Everywhere:/,
  )
  expect(serve).not.toContain('Where no Gangway runs')
})
