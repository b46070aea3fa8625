import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import type { CallInput } from '#shared/contract.ts'
import type { Candidate, PairingStage, ShownCode } from '#shared/devices.ts'
import { Fault, type FaultCode } from '#shared/faults.ts'
import type { World } from '../../../electron/headless/cli/command.ts'
import { run } from '../../../electron/headless/cli/run.ts'
import { takeSecrets } from '../../../electron/headless/secrets.ts'
import { closing } from '../../support/closing.ts'
import { fakeApi, fakeDrops, fakeMetrics } from '../../support/fake-api.ts'
import { fakeId } from '../../support/fake-devices.ts'
import { fakePaired } from '../../support/fake-paired.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const own = closing()

const code: ShownCode = {
  words: ['orbit', 'maple', 'velvet', 'stone', 'hero'],
  phrase: 'orbit maple velvet stone hero',
  link: 'gangway://pair?v=1',
  addresses: ['192.0.2.7:4433'],
  expiresAt: Date.UTC(2026, 0, 1),
  triesLeft: 3,
}
const device: Candidate = {
  id: fakeId(1),
  name: 'Studio\u001b[31m',
  kind: 'laptop',
  fingerprint: 'abandon · ability · able · about',
}
const showing: PairingStage = { state: 'showing', code }
const asking: PairingStage = { state: 'asking', prompt: 'p1', device, expiresAt: 0 }
const paired: PairingStage = { state: 'paired', device }
const failed = (fault: FaultCode): PairingStage => ({
  state: 'failed',
  fault: new Fault(fault).toRecord(),
})

interface Situation {
  readonly stdin?: World['stdin'] | string
  readonly signal?: AbortSignal
  /** What the core goes through by itself; the answer to a question comes from the command. */
  readonly script?: readonly PairingStage[]
  readonly afterAnswer?: (accept: boolean) => PairingStage
  readonly takeOver?: boolean
}

async function gangway(line: string[], situation: Situation = {}) {
  const { stdin = '', signal = new AbortController().signal, script = [showing] } = situation
  const said = { stdout: '', stderr: '' }
  const asked: { name: string; input: unknown }[] = []
  const { api, device: thisDevice, devices, pairing } = fakeApi()
  devices.put(fakePaired(1, { name: 'Studio' }))
  devices.put(fakePaired(2, { name: 'Cabin' }, { state: 'disconnected', reason: 'away' }))
  const begin = (name: string) => async (input: unknown) => {
    asked.push({ name, input })
    const attempt = pairing.value.attempt + 1
    pairing.set({ attempt, state: 'preparing' })
    void play(attempt)
    return { attempt }
  }
  async function play(attempt: number) {
    for (const stage of script) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      pairing.set({ attempt, ...stage })
    }
    if (situation.takeOver) pairing.set({ attempt: attempt + 1, state: 'searching' })
  }
  const calls: typeof api.calls = {
    ...api.calls,
    'pairing.show': begin('show'),
    'pairing.join': begin('join'),
    'pairing.joinFile': begin('joinFile'),
    'pairing.answer': async (input: CallInput<'pairing.answer'>) => {
      asked.push({ name: 'answer', input })
      const { attempt } = pairing.value
      const next = situation.afterAnswer ?? ((yes) => (yes ? paired : { state: 'quiet' }))
      pairing.set({ attempt, ...next(input.accept) })
      return {}
    },
    'pairing.cancel': async (input) => {
      asked.push({ name: 'cancel', input })
      return {}
    },
  }
  const world: World = {
    env: {},
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    stdin: typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [stdin]) : stdin,
    clock: { ...systemClock, after: (ms, callback) => systemClock.after(ms / 10, callback) },
    version: '1.2.3',
    secrets: takeSecrets({}),
    signal,
    report: () => {},
    openNode: async () => ({
      core: {
        api: { ...api, calls },
        device: thisDevice,
        drops: fakeDrops,
        metrics: fakeMetrics,
        close: async () => {},
      },
      log: silentLog,
      close: async () => {},
    }),
  }
  const exit = await run([...line, '--data-dir', '/nowhere/at/all'], world)
  const documents = () =>
    said.stdout
      .trim()
      .split('\n')
      .map((text): unknown => JSON.parse(text))
  return { exit, ...said, asked, documents, devices }
}

describe('gangway pair', () => {
  const shortDevice = { id: device.id, name: device.name, kind: device.kind }

  test('shows words, asks, and says who is paired: as documents', async () => {
    const { exit, documents, asked } = await gangway(['pair', '--json'], {
      stdin: 'yes\n',
      script: [showing, asking],
    })
    const { words, phrase, link, addresses } = code
    expect(documents()).toEqual([
      { event: 'code', words, phrase, link, addresses, expiresAt: '2026-01-01T00:00:00.000Z' },
      { event: 'request', device: { ...shortDevice, fingerprint: device.fingerprint } },
      { event: 'paired', device: shortDevice },
    ])
    expect(exit).toBe(0)
    expect(asked.at(-1)).toEqual({ name: 'answer', input: { prompt: 'p1', accept: true } })
  })

  test('--yes asks nobody', async () => {
    const { exit, stdout, stderr } = await gangway(['pair', '--yes'], { script: [showing, asking] })
    expect(exit).toBe(0)
    expect(stdout).toContain('orbit maple velvet stone hero')
    expect(stdout).toContain('Paired with Studio')
    expect(stderr).toBe('')
  })

  test('safety 30: the name of the other device does not steer the terminal', async () => {
    const { stdout } = await gangway(['pair', '--yes'], { script: [showing, asking] })
    expect(stdout).not.toContain('\u001b')
  })

  test.each(['no\n', '\n', '', 'yesterday\n'])('%j is no yes', async (stdin) => {
    const { exit, asked } = await gangway(['pair'], { stdin, script: [showing, asking] })
    expect(asked.at(-1)).toEqual({ name: 'answer', input: { prompt: 'p1', accept: false } })
    expect(exit).toBe(1)
  })

  test.each([
    ['pairing.nobody', 3],
    ['pairing.mismatch', 4],
    ['pairing.expired', 1],
  ] as const)('%s ends with exit code %d and its sentence', async (fault, expected) => {
    const { exit, documents } = await gangway(['pair', '--json'], { script: [failed(fault)] })
    const { message } = new Fault(fault)
    expect(exit).toBe(expected)
    expect(documents()).toEqual([{ event: 'failed', code: fault, message }])
  })

  test('five words as arguments, with an address', async () => {
    const line = ['pair', ...code.words, '--address', 'kitchen.local:4433', '--yes']
    const { exit, asked, stdout } = await gangway(line, { script: [asking] })
    expect(exit).toBe(0)
    const input = { code: code.phrase, address: 'kitchen.local:4433' }
    expect(asked[0]).toEqual({ name: 'join', input })
    expect(stdout).not.toContain('velvet')
  })

  test('words from stdin, then the answer', async () => {
    const stdin = `${code.phrase}\r\nY\r\n`
    const { exit, asked } = await gangway(['pair', '-'], { stdin, script: [asking] })
    expect(asked).toEqual([
      { name: 'join', input: { code: code.phrase, address: null } },
      { name: 'answer', input: { prompt: 'p1', accept: true } },
    ])
    expect(exit).toBe(0)
  })

  test('Ctrl-C takes the words back', async () => {
    const { exit, asked } = await gangway(['pair'], { signal: AbortSignal.timeout(50) })
    expect(asked.at(-1)).toEqual({ name: 'cancel', input: { attempt: 1 } })
    expect(exit).toBe(130)
  })

  test('Ctrl-C while it asks', async () => {
    const signal = AbortSignal.timeout(80)
    const stdin = new Readable({ read() {} })
    const { exit, asked } = await gangway(['pair'], { signal, stdin, script: [showing, asking] })
    expect(asked.map(({ name }) => name)).toEqual(['show', 'cancel'])
    expect(exit).toBe(130)
  })

  test('another window that starts a pairing ends this one', async () => {
    const { exit, stderr } = await gangway(['pair'], { takeOver: true })
    expect(exit).toBe(1)
    expect(stderr).toContain('from another window')
  })

  test.each([
    [['pair', '--address', 'kitchen:1'], 'An address goes with five words'],
    [['pair', '--address', 'kitchen', ...code.words], 'an address is written <host>:<port>'],
    [['pair', 'orbit', '--file', 'x'], 'Give words or a file, not both'],
    [['pair', '--file', '/nowhere/at/all'], 'cannot be read'],
    [['invite'], 'Say where to write it'],
    [['trust', 'Studio', 'much'], 'trusted, known, observer, blocked'],
    [['trust', 'known'], 'Say which device'],
    [['unpair'], 'Say which device'],
  ])('%j is wrong usage', async (line, problem) => {
    const { exit, stderr, asked } = await gangway(line)
    expect({ exit, asked }).toEqual({ exit: 2, asked: [] })
    expect(stderr).toContain(problem)
  })
})

describe('an invitation', () => {
  function folder(): string {
    const temporary = temporaryFolder()
    own({ close: () => temporary[Symbol.dispose]() })
    return temporary.path
  }

  test('is written for nobody else to read, with its password said once', async () => {
    const file = join(folder(), 'invite')
    const { exit, documents } = await gangway(['invite', '--json', '--file', file])
    expect(exit).toBe(0)
    const password: unknown = expect.stringMatching(/^\w+(?:-\w+){5}$/)
    expect(documents()).toMatchObject([{ event: 'invited', file, password }])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file)).toHaveLength(3)
  })

  test('never takes the place of another file', async () => {
    const file = join(folder(), 'thesis')
    writeFileSync(file, 'precious')
    const { exit } = await gangway(['invite', '--file', file])
    expect(exit).toBe(2)
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  test('is taken with its password from stdin', async () => {
    const file = join(folder(), 'invite')
    writeFileSync(file, 'sealed')
    const line = ['pair', '--file', file, '--yes']
    const { exit, asked } = await gangway(line, { stdin: 'pass word\n', script: [asking] })
    expect(exit).toBe(0)
    const input = { file: Buffer.from('sealed').toString('base64'), password: 'pass word' }
    expect(asked[0]).toEqual({ name: 'joinFile', input })
  })

  test('on a terminal the password does not show, and can be corrected', async () => {
    const file = join(folder(), 'invite')
    writeFileSync(file, 'sealed')
    const modes: boolean[] = []
    const stdin = Object.assign(Readable.from(['pasz\u007fs', ' word\r', 'y\r']), {
      isTTY: true,
      setRawMode: (on: boolean) => modes.push(on),
    })
    const { asked, stdout, stderr } = await gangway(['pair', '--file', file], {
      stdin,
      script: [asking],
    })
    expect(modes).toEqual([true, false])
    expect(asked[0]?.input).toMatchObject({ password: 'pass word' })
    expect(asked.at(-1)?.input).toMatchObject({ accept: true })
    expect(`${stdout}${stderr}`).not.toContain('pas')
  })

  test('a file that could not be written withdraws nothing that was there', async () => {
    const file = join(folder(), 'no', 'such', 'folder')
    expect((await gangway(['invite', '--file', file])).exit).toBe(2)
    expect(existsSync(file)).toBe(false)
  })
})

describe('paired devices', () => {
  test('are listed, with how they are reached', async () => {
    const { documents } = await gangway(['devices', '--json'])
    expect(documents()).toMatchObject([
      {
        devices: [
          { id: fakeId(1), name: 'Studio', kind: 'laptop', trust: 'known', path: null },
          { id: fakeId(2), name: 'Cabin', state: 'disconnected', lastSeen: null },
        ],
      },
    ])
    const { stdout } = await gangway(['devices'])
    expect(stdout).toMatch(/^Studio\s+laptop\s+known/m)
  })

  test('trust is changed by name', async () => {
    const { documents, devices } = await gangway(['trust', 'cabin', 'trusted', '--json'])
    const changed = { id: fakeId(2), name: 'Cabin', trust: 'trusted' }
    expect(documents()).toEqual([{ event: 'changed', device: changed }])
    expect(devices.get(fakeId(2))?.trust).toBe('trusted')
  })

  test('a pairing is ended by id', async () => {
    const { documents, devices } = await gangway(['unpair', fakeId(1), '--json'])
    const ended = { event: 'unpaired', device: { id: fakeId(1), name: 'Studio' } }
    expect(documents()).toEqual([ended])
    expect(devices.get(fakeId(1))).toBeUndefined()
  })
})
