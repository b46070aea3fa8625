import { writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { expect, test } from 'vitest'
import { launchBrowser, visit } from '../../support/browser.ts'
import { certificateFor } from '../../support/certificate.ts'
import { closing } from '../../support/closing.ts'
import { startNode } from '../../support/node-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const own = closing()
const password = 'correct-horse-battery-staple'

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('safety 29: a page beyond this computer is opened over TLS, by the password typed there', async () => {
  const nodePort = await freePort()
  const certificate = certificateFor('nas.test')
  // As a proxy does that passes everything on as it came.
  const proxy = createTlsServer(certificate, (near) => {
    const far = connect(nodePort, '127.0.0.1')
    near.on('error', () => far.destroy()).pipe(far)
    far.on('error', () => near.destroy()).pipe(near)
  })
  own(proxy)
  const safe = `https://nas.test:${await listening(proxy)}/`
  const folder = temporaryFolder()
  own({ close: () => folder[Symbol.dispose]() })
  const file = join(folder.path, 'password')
  writeFileSync(file, `${password}\n`)
  const names = ['--allow-host', new URL(safe).host, '--allow-host', 'bare.test']
  const node = own(
    await startNode({
      args: ['--name', 'Attic', '--port', String(nodePort), ...names],
      env: { GANGWAY_PASSWORD_FILE: file },
    }),
  )
  expect(node.url).toBe(safe)
  expect(node.said.stdout).not.toContain(password)

  const browser = own(
    await launchBrowser([
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      `--ignore-certificate-errors-spki-list=${certificate.spkiHash}`,
    ]),
  )
  const { page } = await visit(browser, safe)
  const field = page.getByLabel('Password')
  await field.waitFor()
  expect(await page.textContent('body')).not.toContain('Attic')
  await field.fill('a guess of some length')
  await page.keyboard.press('Enter')
  await page.getByText('That is not the password').waitFor()
  await field.fill(password)
  await page.keyboard.press('Enter')
  await page.getByText('Attic').first().waitFor()
  expect(page.url()).toBe(safe)
  expect(await page.context().cookies()).toMatchObject([
    { httpOnly: true, secure: true, sameSite: 'Strict' },
  ])
  await page.reload()
  await page.getByText('Attic').first().waitFor()

  // Where others could read along, nobody is asked for a password.
  const bare = await visit(browser, `http://bare.test:${nodePort}/#${password}`)
  expect(await bare.page.textContent('body')).toContain('Open this page by its safe address')
  expect(await bare.page.context().cookies()).toEqual([])
})
