// @ts-check
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createServer } from 'vite'
import { buildAll } from './build.js'

/**
 * Two paired devices side by side, each with a profile of its own, pages that reload as you type and nodes
 * that restart when their code changes. The profiles are thrown away at the end.
 */

const root = join(import.meta.dirname, '..')
const profiles = mkdtempSync(join(tmpdir(), 'gangway-dev-'))
const names = ['Laptop', 'Studio']

/** @typedef {{ child: import('node:child_process').ChildProcess, url: URL }} Node */

/** @param {string} name @returns {Promise<Node>} */
function startNode(name) {
  const dataDir = join(profiles, name)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const child = spawn(
    process.execPath,
    [
      'dist/headless/cli.js',
      'serve',
      '--json',
      '--visible',
      '--lan-only',
      '--name',
      name,
      '--data-dir',
      dataDir,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} stopped with code ${code}`)))
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve({ child, url: new URL(JSON.parse(line).url) })
    })
  })
}

/** @param {Node} node @returns {Promise<void>} */
function stopNode({ child }) {
  return new Promise((resolve) => {
    child.removeAllListeners('exit')
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/**
 * A page with live reload in front of a node. The node only answers its own origin, so the requests
 * passed on carry that origin; nothing in the node is loosened for development.
 * @param {number} index
 */
async function startPage(index) {
  const target = () => nodes[index]?.url.origin ?? ''
  /** @type {import('vite').ProxyOptions} */
  const pass = {
    target: target(),
    changeOrigin: true,
    ws: true,
    bypass: (_request, _response, options) => void (options.target = target()),
    configure(proxy) {
      const own = (/** @type {import('node:http').ClientRequest} */ request) =>
        request.setHeader('origin', target())
      proxy.on('proxyReq', own)
      proxy.on('proxyReqWs', own)
    },
  }
  const server = await createServer({
    root: join(root, 'renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    server: {
      host: '127.0.0.1',
      port: 5171 + index,
      proxy: { '/session': pass, '/contract': pass, '/health': pass },
    },
  })
  await server.listen()
  return server
}

function sayLinks() {
  for (const [index, name] of names.entries()) {
    const page = pages[index]?.resolvedUrls?.local[0] ?? ''
    console.log(`${name.padEnd(8)} ${page}${nodes[index]?.url.hash ?? ''}`)
  }
}

/**
 * Introduces the two to each other, as two people would, through the command line.
 */
async function pair() {
  const [shows, types] = names.map((name) => join(profiles, name))
  const command = (/** @type {string[]} */ args) =>
    spawn(process.execPath, ['dist/headless/cli.js', 'pair', '--json', '--yes', ...args], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
  const showing = command(['--data-dir', shows ?? ''])
  const line = await new Promise((resolve) => {
    createInterface({ input: showing.stdout }).once('line', resolve)
  })
  const typing = command(['-', '--data-dir', types ?? ''])
  typing.stdin.end(`${JSON.parse(line).phrase}\n`)
  await Promise.all(
    [showing, typing].map((child) => new Promise((done) => child.once('close', done))),
  )
}

await buildAll()
let nodes = await Promise.all(names.map(startNode))
await pair()
const pages = await Promise.all(names.map((_, index) => startPage(index)))
sayLinks()

/** @type {NodeJS.Timeout | undefined} */
let pending
let restarting = Promise.resolve()
async function restart() {
  console.log('the core changed: building and restarting both nodes')
  try {
    await buildAll()
    await Promise.all(nodes.map(stopNode))
    nodes = await Promise.all(names.map(startNode))
    sayLinks()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
}
const watchers = ['electron', 'shared'].map((folder) =>
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(pending)
    pending = setTimeout(() => {
      restarting = restarting.then(restart)
    }, 200)
  }),
)

let closing = false
async function close() {
  if (closing) return
  closing = true
  for (const watcher of watchers) watcher.close()
  clearTimeout(pending)
  await restarting
  await Promise.all([...pages.map((page) => page.close()), ...nodes.map(stopNode)])
  rmSync(profiles, { recursive: true, force: true })
}
process.on('SIGINT', () => void close())
process.on('SIGTERM', () => void close())
