import { randomBytes } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { runGangway, startNode, type NodeProcess } from '../../support/node-process.ts'
import { cookieFor, postToken } from '../../support/page-server.ts'
import { rawHttp } from '../../support/raw-http.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()

async function start(...args: Parameters<typeof startNode>): Promise<NodeProcess> {
  return own(await startNode(...args))
}

async function isHealthy({ port }: NodeProcess): Promise<boolean> {
  const headers = [`Host: 127.0.0.1:${port}`]
  const { status } = await rawHttp({ port, line: 'GET /health HTTP/1.1', headers })
  return status === 200
}

function folderForTest(): string {
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  return folder.path
}

describe('gangway serve', () => {
  test('prints one line when it is ready, and nothing else', async () => {
    const node = await start({ args: ['--name', 'Studio'] })
    expect(node.ready).toEqual({
      event: 'ready',
      url: `http://127.0.0.1:${node.port}/#${node.token}`,
      deviceId: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'Studio',
    })
    expect(await isHealthy(node)).toBe(true)
    const page = await rawHttp({
      port: node.port,
      line: 'GET / HTTP/1.1',
      headers: [`Host: localhost:${node.port}`],
    })
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<title>Gangway') })
    await node.stop()
    expect(node.said).toEqual({ stdout: `${JSON.stringify(node.ready)}\n`, stderr: '' })
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s: closed in order within 5 s, with exit code 0',
    async (signal) => {
      const node = await start()
      const started = performance.now()
      expect(await node.stop(signal)).toEqual({ code: 0, signal: null })
      expect(performance.now() - started).toBeLessThan(5_000)
      expect(readdirSync(node.dataDir)).not.toContain('control.json')
    },
  )

  test('a second request to stop ends it at once', async () => {
    const node = await start()
    const cookie = await cookieFor(node.port, node.token)
    const farewell = 0x88
    const page = createConnection(node.port, '127.0.0.1')
    own({ close: () => page.destroy() })
    let isClosing = false
    // A page that never answers the farewell holds closing up for a moment.
    page.on('data', (data) => (isClosing = data.includes(farewell)))
    page.write(`${socketRequest(node.port, cookie).join('\r\n')}\r\n\r\n`)
    await until('the page is in', () => page.bytesRead > 0)
    const ended = node.stop()
    await until('it is closing', () => isClosing)
    await node.stop('SIGINT')
    expect(await ended).toEqual({ code: 130, signal: null })
  })

  test('goes on when nobody reads what it says', async () => {
    const node = await start()
    node.child.stdout?.destroy()
    node.child.stderr?.destroy()
    expect((await node.status()).running).toBe(true)
    expect(await isHealthy(node)).toBe(true)
    expect((await node.stop()).code).toBe(0)
  })

  test('a second one on the same profile is refused with a sentence', async () => {
    const node = await start()
    const second = await runGangway(['serve', '--lan-only', '--data-dir', node.dataDir])
    expect(second).toMatchObject({ code: 1, stdout: '' })
    expect(second.stderr).toMatch(/^gangway: Gangway is already running with this profile .*\n$/)
    expect((await node.status()).running).toBe(true)
  })

  test('starts again with the same identity after it was killed', async () => {
    const dataDir = folderForTest()
    const first = await start({ dataDir })
    await first.kill()
    const second = await start({ dataDir })
    expect(second.ready.deviceId).toBe(first.ready.deviceId)
    expect((await second.status()).running).toBe(true)
  })

  test('tells people where to look', async () => {
    const node = await start()
    const args = ['serve', '--lan-only', '--port', `${node.port}`, '--data-dir', folderForTest()]
    const { code, stderr } = await runGangway(args)
    expect(code).toBe(1)
    expect(stderr).toContain(`no other program holds port ${node.port}`)
  })
})

describe('safety 29: the page of a running node', () => {
  test('token and cookie of an earlier run are refused', async () => {
    const dataDir = folderForTest()
    const earlier = await start({ dataDir })
    const cookie = await cookieFor(earlier.port, earlier.token)
    await earlier.stop()
    const node = await start({ dataDir, args: ['--port', `${earlier.port}`] })
    expect(node.token).not.toBe(earlier.token)
    expect((await postToken(node.port, earlier.token)).status).toBe(401)
    const headers = [`Host: 127.0.0.1:${node.port}`, `Cookie: ${cookie}`]
    const asked = await rawHttp({ port: node.port, line: 'GET /session HTTP/1.1', headers })
    expect(asked.status).toBe(401)
    expect((await postToken(node.port, node.token)).status).toBe(204)
  })

  test('a foreign Host or Origin is refused', async () => {
    const { port, token } = await start()
    const cookie = await cookieFor(port, token)
    const upgrade = socketRequest(port, cookie).slice(3)
    const ask = async (line: string, host: string, headers: string[]) => {
      const all = [`Host: ${host}`, ...headers]
      return (await rawHttp({ port, line: `${line} HTTP/1.1`, headers: all })).status
    }
    const ownHost = `127.0.0.1:${port}`
    const ownOrigin = `Origin: http://${ownHost}`
    const evil = 'Origin: https://evil.example'
    expect(await ask('GET /', 'evil.example', [])).toBe(403)
    expect(await ask('GET /health', `evil.example:${port}`, [])).toBe(403)
    expect(await ask('GET /', ownHost, [evil])).toBe(403)
    expect(await ask('GET /contract', ownHost, [...upgrade, evil])).toBe(403)
    expect(await ask('GET /contract', ownHost, upgrade)).toBe(403)
    expect(await ask('GET /contract', 'evil.example', [...upgrade, ownOrigin])).toBe(403)
    expect(await ask('GET /contract', ownHost, [...upgrade, ownOrigin])).toBe(101)
  })

  test('another address than this computer is refused before anything is opened', async () => {
    const dataDir = join(folderForTest(), 'never')
    const args = ['serve', '--json', '--host', '0.0.0.0', '--data-dir', dataDir]
    const { code, stdout, stderr } = await runGangway(args)
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ event: 'failed', code: 'host.exposed' })
    expect(statSync(dataDir, { throwIfNoEntry: false })).toBeUndefined()
  })

  test('nonsense on its sockets does not end it', async () => {
    const node = await start()
    const { path } = JSON.parse(readFileSync(join(node.dataDir, 'control.json'), 'utf8'))
    for (const target of [{ port: node.port, host: '127.0.0.1' }, { path: String(path) }]) {
      const socket = createConnection(target)
      let closed = false
      socket.on('error', () => {}).on('close', () => (closed = true))
      socket.resume().write(randomBytes(600_000))
      await until('it hung up', () => closed)
    }
    expect(await isHealthy(node)).toBe(true)
    expect((await node.status()).running).toBe(true)
  })
})

describe('safety 6: the secret of the link', () => {
  test('is in no argument, no log and no file', async () => {
    const node = await start({ args: ['--log-level', 'debug'] })
    await postToken(node.port, 'wrong')
    await cookieFor(node.port, node.token)
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${node.pid}/cmdline`, 'utf8')).not.toContain(node.token)
    }
    const files = filesUnder(node.dataDir)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) {
      expect(readFileSync(file).includes(node.token), file).toBe(false)
    }
    expect(statSync(node.dataDir).mode & 0o077).toBe(0)
    expect(statSync(join(node.dataDir, 'control.json')).mode & 0o077).toBe(0)
    expect(node.said.stderr).not.toBe('')
    expect(node.said.stderr).not.toContain(node.token)
  })

  test('reaches the browser through a file of this user, which goes again', async () => {
    const bin = folderForTest()
    const seen = join(bin, 'seen')
    const script = `#!/bin/sh\n{ echo "$@"; stat -c %a "\${1#file://}"; cat "\${1#file://}"; } > ${seen}\n`
    writeFileSync(join(bin, 'xdg-open'), script)
    chmodSync(join(bin, 'xdg-open'), 0o755)
    const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    const node = await start({ args: ['--open'], env })
    const read = () => (statSync(seen, { throwIfNoEntry: false }) ? readFileSync(seen, 'utf8') : '')
    await until('the browser was called', () => read().includes('refresh'))
    const [argument = '', mode, content] = read().split('\n')
    expect(argument).not.toContain(node.token)
    expect(mode).toBe('600')
    expect(content).toContain(node.url)
    await node.stop()
    expect(readdirSync(node.dataDir)).not.toContain('open.html')
  })
})

/** How a page of ours opens the contract. */
function socketRequest(port: number, cookie: string): string[] {
  return [
    'GET /contract HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    `Cookie: ${cookie}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
