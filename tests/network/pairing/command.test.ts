import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pairedDeviceSchema } from '#shared/devices.ts'
import { closing } from '../../support/closing.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { runGangway, startGangway, startNode } from '../../support/node-process.ts'
import { bytesBelow } from '../../support/profile.ts'
import { openSmallLan } from '../../support/small-lan.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()

const eventSchema = z.looseObject({ event: z.string() })
const codeSchema = z.object({ words: z.array(z.string()), phrase: z.string(), link: z.string() })
const invitedSchema = z.object({ password: z.string(), id: z.string() })
const devicesSchema = z.object({ devices: z.array(pairedDeviceSchema) })

function eventsOf(stdout: string) {
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => eventSchema.parse(JSON.parse(line)))
}

function profiles() {
  const temporary = temporaryFolder()
  own({ close: () => temporary[Symbol.dispose]() })
  const { prefix } = own(openSmallLan())
  const profile = (name: string) => join(temporary.path, name)
  const options = (name: string) => [
    '--json',
    '--lan-only',
    `--name=${name}`,
    '--log-level=debug',
    `--data-dir=${profile(name)}`,
  ]
  return { prefix, profile, options, folder: temporary.path }
}

/** What everybody on this computer can read of every process. */
function allArguments(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
    .join('\n')
}

const obstacle = whyNoNamespaces()
describe.skipIf(obstacle !== null)('gangway pair', () => {
  test('safety 6: pairs two profiles; no secret of it stays in a log, an argument or a profile', async () => {
    const { prefix, profile, options } = profiles()
    const host = own(startGangway(['pair', '--yes', ...options('Kitchen')], { prefix }))
    await until('words are shown', () => host.said.stdout.includes('\n'), 15_000)
    const shown = codeSchema.parse(eventsOf(host.said.stdout)[0])
    const stdin = `${shown.phrase}\n`
    const joiner = own(
      startGangway(['pair', '-', '--yes', ...options('Studio')], { prefix, stdin }),
    )
    await until('the joiner is seen', () => host.said.stdout.includes('request'), 15_000)
    const seen = allArguments()
    expect(await joiner.exited).toMatchObject({ code: 0 })
    expect(await host.exited).toMatchObject({ code: 0 })
    for (const [{ said }, name] of [
      [joiner, 'Kitchen'],
      [host, 'Studio'],
    ] as const) {
      expect(eventsOf(said.stdout).at(-1)).toMatchObject({ event: 'paired', device: { name } })
    }

    const kept = [bytesBelow(profile('Kitchen')), bytesBelow(profile('Studio'))].map((bytes) =>
      bytes.toString('latin1'),
    )
    const logs = [host.said.stderr, joiner.said.stderr]
    expect(logs.join()).toContain('pairing')
    const last = shown.words.slice(2)
    const secret = /s=([\w-]+)/.exec(shown.link)?.[1] ?? 'no secret'
    const forms = [...[' ', '-', ',', '","'].map((between) => last.join(between)), secret]
    for (const text of forms) {
      for (const place of [seen, ...logs, ...kept]) expect(place.includes(text), text).toBe(false)
    }
    const long = last.filter((word) => word.length > 5)
    for (const word of long) {
      for (const log of logs) expect(log.includes(word), word).toBe(false)
    }
  })

  test('by file: one day’s invitation of a node that restarted since', async () => {
    const { prefix, profile, options, folder } = profiles()
    const file = join(folder, 'invite')
    const invited = await runGangway(['invite', '--file', file, ...options('Server')], { prefix })
    const { password } = invitedSchema.parse(eventsOf(invited.stdout)[0])
    const node = own(await startNode({ prefix, dataDir: profile('Server') }))
    const stdin = `${password}\n`
    // Its port is another one since.
    const line = ['pair', '--file', file, '--yes', ...options('Studio')]
    const ran = await runGangway(line, { prefix, stdin })
    expect(eventsOf(ran.stdout).at(-1)).toMatchObject({
      event: 'paired',
      device: { id: node.ready.deviceId },
    })
    const again = await runGangway(line, { prefix, stdin })
    // A used one is not announced any more, so its host may not even be found.
    expect(again.stdout).toMatch(/"code":"(?:pairing.spent|peer.unreachable)"/)
    const wrong = await runGangway(line, { prefix, stdin: 'zoo zoo zoo zoo zoo zoo\n' })
    expect(wrong.code).toBe(2)
    expect(eventsOf(wrong.stdout).at(-1)).toMatchObject({ code: 'pairing.password' })

    const listed = await runGangway(['devices', ...options('Studio')], { prefix })
    const [device] = devicesSchema.parse(JSON.parse(listed.stdout)).devices
    expect(device).toMatchObject({ id: node.ready.deviceId, trust: 'known' })
    const name = device?.name ?? ''
    await runGangway(['unpair', name, ...options('Studio')], { prefix })
    const empty = await runGangway(['devices', ...options('Studio')], { prefix })
    expect(JSON.parse(empty.stdout)).toEqual({ devices: [] })
  }, 90_000)

  test('Ctrl-C takes the words back from a node that goes on', async () => {
    const { prefix, profile, options } = profiles()
    own(await startNode({ prefix, dataDir: profile('Kitchen') }))
    const host = own(startGangway(['pair', ...options('Kitchen')], { prefix }))
    await until('words are shown', () => host.said.stdout.includes('\n'), 15_000)
    const { phrase } = codeSchema.parse(eventsOf(host.said.stdout)[0])
    process.kill(host.pid, 'SIGINT')
    expect(await host.exited).toMatchObject({ code: 130 })
    const stdin = `${phrase}\n`
    const late = await runGangway(['pair', '-', '--yes', ...options('Studio')], { prefix, stdin })
    expect(late.code).toBe(3)
    expect(eventsOf(late.stdout).at(-1)).toMatchObject({ code: 'pairing.nobody' })
  })
})
