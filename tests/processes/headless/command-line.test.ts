import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { systemClock } from '#core/base/clock.ts'
import { silentLog } from '#core/base/log.ts'
import { openControl } from '#core/control/open-control.ts'
import { closing } from '../../support/closing.ts'
import { fakeApi } from '../../support/fake-api.ts'
import { fakeNearby } from '../../support/fake-devices.ts'
import { runGangway, startNode } from '../../support/node-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const own = closing()

function folderForTest(): string {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  return folder.path
}

describe('gangway status', () => {
  test('asks the node that runs, else looks for itself', async () => {
    const dataDir = folderForTest()
    const node = own(await startNode({ dataDir, args: ['--name', 'Studio'] }))
    const attached = await node.status()
    expect(attached).toMatchObject({
      running: true,
      deviceId: node.ready.deviceId,
      name: 'Studio',
      endpoint: { relay: null },
      nearby: expect.any(Array),
    })
    await node.stop()
    const alone = await node.status()
    expect(alone).toMatchObject({ running: false, deviceId: attached.deviceId })
    // The name was given to the run that ended, and not saved.
    expect(alone.name).not.toBe('Studio')
  })

  test.each(['/proc/nowhere', '/dev/null/below/a/file'])(
    'a profile that cannot be made is said: %s',
    async (dataDir) => {
      const args = ['status', '--lan-only', '--data-dir', dataDir]
      const { code, stdout, stderr } = await runGangway(args)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toBe(
        `gangway: Gangway cannot write to ${dataDir}. Give this user the right to write there, or choose another profile with --data-dir.\n`,
      )
    },
  )

  test('a device with a known address is listed', async () => {
    const dataDir = folderForTest()
    const id = 'ab'.repeat(32)
    const { stdout } = await runGangway(['status', '--json', '--lan-only', '--data-dir', dataDir], {
      env: { GANGWAY_PEER: `${id}@127.0.0.1:9` },
    })
    expect(JSON.parse(stdout).nearby).toMatchObject([
      { id, addresses: ['127.0.0.1:9'], via: 'static' },
    ])
  })
})

describe.runIf(process.platform === 'linux')('safety 30: on a real terminal', () => {
  async function statusOnTerminal(env: Record<string, string>): Promise<string> {
    const dataDir = join(folderForTest(), 'profile')
    mkdirSync(dataDir)
    const { api, nearby } = fakeApi()
    const name = '\u001b]0;owned\u0007\u001b[31m\u009b2J\u202eevil\r\nName  forged'
    nearby.put({ ...fakeNearby(1), name })
    own(await openControl({ dataDir, api, clock: systemClock, log: silentLog }))
    const ran = await runGangway(['status', '--data-dir', dataDir], { env, onTerminal: true })
    expect(ran.code).toBe(0)
    return ran.stdout
  }
  const control = /(?![\r\n])\p{Cc}|\p{Cf}/u

  test('no name of another device steers it', async () => {
    const output = await statusOnTerminal({ NO_COLOR: '1', TERM: 'xterm' })
    expect(output).toContain(']0;owned[31m2JevilName  forged')
    expect(output).not.toMatch(control)
  })

  test('its own emphasis is all it sends', async () => {
    const output = await statusOnTerminal({ TERM: 'xterm' })
    expect(output).toContain('\u001b[1mLaptop\u001b[22m')
    const emphasis = ['\u001b[1m', '\u001b[2m', '\u001b[22m']
    const rest = emphasis.reduce((text, sequence) => text.replaceAll(sequence, ''), output)
    expect(rest).not.toMatch(control)
  })
})

describe('exit codes', () => {
  test.each([
    [['help'], 0],
    [['--version'], 0],
    [[], 2],
    [['fly'], 2],
    [['serve', '--port', 'x'], 2],
    [['serve', '--relay', 'not a url'], 2],
  ])('%j: %d', async (args, code) => {
    expect((await runGangway(args)).code).toBe(code)
  })
})
