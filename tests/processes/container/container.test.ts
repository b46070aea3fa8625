import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { sources } from '../../../scripts/build.js'
import { closing } from '../../support/closing.ts'
import {
  containerFile,
  containerFolder,
  copiesOf,
  environmentOf,
  exec,
  said,
  startContainer,
  unpackedImage,
  type Container,
} from '../../support/image.ts'
import { ensureBuilt } from '../../support/node-process.ts'
import { rawHttp } from '../../support/raw-http.ts'
import { until } from '../../support/until.ts'

const own = closing()

// Building may take longer than any test.
beforeAll(() => ensureBuilt())
const root = join(import.meta.dirname, '../../..')

const serviceSchema = z.object({
  read_only: z.literal(true),
  tmpfs: z.tuple([z.literal('/tmp')]),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  build: z.object({ context: z.string(), dockerfile: z.string() }),
  environment: z.record(z.string().regex(/^GANGWAY_[A-Z_]+$/), z.string()),
  volumes: z.array(z.string().regex(/^[a-z]+:\/data$/)).length(1),
})
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
})

function compose(file: string) {
  const text = readFileSync(join(containerFolder, file), 'utf8')
  return composeSchema.parse(parse(text, { merge: true, maxAliasCount: 10 }))
}

const files = ['compose.yaml', 'compose.three.yaml']

describe('the container files', () => {
  const [build = [], packages = [], last = []] = containerFile()

  test('take every source of the build into it, and nothing that is kept out', () => {
    const copied = copiesOf(build).flatMap(({ sources }) => sources)
    for (const source of sources) {
      expect(
        copied.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true)
    }
    const kept = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
    const fromHere = [build, packages, last]
      .flatMap((stage) => copiesOf(stage))
      .filter(({ from }) => from === null)
    for (const path of fromHere.flatMap(({ sources }) => sources)) {
      expect(kept, path).toContain(`!${path.split('/')[0]}`)
      expect(statSync(join(root, path)).isFile() || statSync(join(root, path)).isDirectory()).toBe(
        true,
      )
    }
    expect(kept[kept.findIndex((line) => !line.startsWith('#'))]).toBe('*')
  })

  test('run as nobody special, stop in order, keep data in a volume and no secret at all', () => {
    expect(said(packages, 'RUN')).toContain('--omit=dev')
    expect(said(last, 'USER')).toBe('node')
    expect(said(last, 'STOPSIGNAL')).toBe('SIGTERM')
    expect(said(last, 'VOLUME')).toBe('["/data"]')
    expect(exec(said(last, 'HEALTHCHECK'))).toEqual(['node', 'health.js'])
    const env = environmentOf(last)
    expect(env['GANGWAY_HOST']).toBe('127.0.0.1')
    for (const name of Object.keys(env)) expect(name).not.toMatch(/PASS|TOKEN|SECRET|KEY/)
  })

  test.each(files)(
    '%s: read-only, without rights, its data in a volume that is declared',
    (file) => {
      const { services, volumes } = compose(file)
      expect(Object.keys(services)).toHaveLength(file === 'compose.yaml' ? 1 : 3)
      for (const {
        build: made,
        volumes: [volume = ''],
        environment,
      } of Object.values(services)) {
        expect(join(containerFolder, made.context, made.dockerfile)).toBe(
          join(containerFolder, 'Containerfile'),
        )
        expect(Object.keys(volumes)).toContain(volume.split(':')[0])
        for (const name of Object.keys(environment)) expect(name).not.toMatch(/PASS|TOKEN|SECRET/)
      }
    },
  )
})

async function isHealthy(container: Container, health: readonly string[]): Promise<boolean> {
  return (await container.exec(health)).code === 0
}

function get({ port }: Container, path: string, token: string) {
  const headers = [`Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token.trim()}`]
  return rawHttp({ port, line: `GET ${path} HTTP/1.1`, headers })
}

const invitedSchema = z.object({ password: z.string() })

async function pair(host: Container, guest: Container): Promise<void> {
  const file = join(host.data, `invitation-${readdirSync(host.data).length}`)
  const { stdout } = await host.run(['invite', '--file', file, '--json'])
  const { password } = invitedSchema.parse(JSON.parse(stdout))
  // The two share no folder: it is carried over, and the password by another way.
  const copy = join(guest.data, 'invitation')
  guest.bring(copy, readFileSync(file))
  const paired = await guest.run(['pair', '--file', copy, '--yes'], `${password}\n`)
  expect(paired).toMatchObject({ code: 0 })
}

const verifiedSchema = z.object({
  ok: z.boolean(),
  devices: z.array(z.looseObject({ name: z.string(), paired: z.boolean(), fault: z.null() })),
})

test('three nodes, as the compose file has them, find nothing wrong with each other', async () => {
  using unpacked = unpackedImage()
  const { services } = compose('compose.three.yaml')
  const start = async ({ environment }: { environment: Record<string, string> }) =>
    own(await startContainer(unpacked, environment))
  const all = await Promise.all(Object.values(services).map(start))
  const [ada, bob, cem] = all
  if (!ada || !bob || !cem) throw new Error('there are three')
  for (const container of all) {
    await until('it is healthy', () => isHealthy(container, unpacked.health), 30_000)
  }
  await pair(ada, bob)
  await pair(ada, cem)
  await pair(bob, cem)

  const { code, stdout } = await ada.run(['verify', '--all', '--json'])
  expect({ code, ...verifiedSchema.parse(JSON.parse(stdout)) }).toMatchObject({
    code: 0,
    ok: true,
  })
  const table = await cem.run(['verify', '--all'])
  expect(table.code).toBe(0)
  expect(table.stdout).toMatch(
    /^Ada +yes +yes +yes +lan +[\d.]+ ms +[\d.]+ \wB\/s over tcp +all right$/m,
  )

  const { stdout: token } = await cem.run(['token'])
  expect(statSync(join(cem.data, 'profile/api-token')).mode & 0o777).toBe(0o600)
  expect(JSON.parse((await get(cem, '/api/peers', token)).body)).toMatchObject({
    count: 2,
    peers: [{ status: 'idle' }, { status: 'idle' }],
  })
  const metrics = await get(cem, '/metrics', token)
  expect(metrics.body).toContain('gangway_sessions{protocol="gangway/message/1"} 2\n')
  expect(metrics.body).toContain('gangway_lane_bytes_total{lane="tcp",direction="received"} 0\n')
  expect(metrics.body).not.toMatch(/Ada|Bob|invitation|profile/)
  expect((await get(cem, '/metrics', 'x'.repeat(43))).status).toBe(401)

  expect(await Promise.all(all.map((container) => container.stop()))).toEqual([0, 0, 0])
  expect(await isHealthy(cem, unpacked.health)).toBe(false)
})
