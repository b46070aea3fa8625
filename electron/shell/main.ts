import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  app,
  dialog,
  ipcMain,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
  utilityProcess,
} from 'electron'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '#core/base/clock.ts'
import { takeSecret } from '#core/base/environment.ts'
import { Lifetime } from '#core/base/lifetime.ts'
import { createLog, type Log } from '#core/base/log.ts'
import { rotatingFileSink, stderrSink } from '#core/base/log-file.ts'
import { kindOfThisComputer, nameOfThisComputer, profileFolder } from '#core/base/this-computer.ts'
import { openControl } from '#core/control/open-control.ts'
import { openCore } from '#core/core.ts'
import { processHosts } from '#core/transfers/process/process-hosts.ts'
import { openAround, type Begun } from './around.ts'
import { hearArrivals } from './arrivals.ts'
import { denyPermissions, guardContents } from './guards.ts'
import { Inbox } from './inbox.ts'
import { bindIpc } from './ipc.ts'
import { openKeychain } from './keychain.ts'
import { showMenuBar } from './menu-bar.ts'
import { keepAwake } from './power.ts'
import { parseOptions, type ShellOptions } from './options.ts'
import { registerScheme, servePage } from './scheme.ts'
import { refuseDangerousSwitches } from './switches.ts'
import { utilityMover } from './utility-mover.ts'
import { focusWindow, openWindow } from './window.ts'
import { speak, words } from './words/words.ts'

const networkKey = takeSecret(process.env, 'GANGWAY_NETWORK_KEY')
// Our own tests drive the app from outside; a packaged app never lets itself be driven.
const driven = !app.isPackaged && process.env['GANGWAY_DESKTOP_TEST'] === '1'

try {
  prepare()
} catch (error) {
  giveUp(error)
}

/** All that must have happened before Electron is ready, so nothing here may wait. */
function prepare(): void {
  refuseDangerousSwitches(process.argv, driven)
  const options = parseOptions(process.argv.slice(1), process.env)
  const dataDir = profileFolder(options.dataDir)
  app.enableSandbox()
  registerScheme(protocol)
  // Chromium's own files, and with them the lock of the single instance, belong to the profile.
  app.setPath('userData', madeFolder(join(dataDir, 'window')))
  if (!app.requestSingleInstanceLock()) return app.exit(0)
  const inbox = new Inbox()
  hearArrivals(app, inbox, [import.meta.filename, join(import.meta.dirname, '../..')])

  const log = createLog('info', [
    rotatingFileSink({ file: join(dataDir, 'log', 'gangway.log') }),
    ...(app.isPackaged ? [] : [stderrSink]),
  ])
  guardContents(app, log.room('shell'))
  app
    .whenReady()
    .then(() => run(dataDir, options, inbox, log))
    .catch((error: unknown) => {
      log.error('start failed', { error: Fault.of(error) })
      giveUp(error)
    })
}

async function run(
  dataDir: string,
  { overrides, atLogin }: ShellOptions,
  inbox: Inbox,
  log: Log,
): Promise<void> {
  // Until the settings can be read, which may say otherwise.
  speak('system', app.getPreferredSystemLanguages())
  showMenuBar()
  denyPermissions(session.defaultSession)
  servePage(protocol, join(import.meta.dirname, '../renderer'))

  const clock = systemClock
  await using lifetime = new Lifetime()
  const core = lifetime.own(
    await openCore({
      dataDir,
      vault: await openKeychain(safeStorage),
      clock,
      log,
      version: app.getVersion(),
      kind: kindOfThisComputer('laptop'),
      defaultName: nameOfThisComputer(),
      overrides,
      peers: [],
      networkKey: networkKey(),
      movers: processHosts(utilityMover(utilityProcess, join(import.meta.dirname, 'mover.js'))),
      keepAwake: () => keepAwake(powerSaveBlocker),
    }),
  )
  lifetime.own(await openControl({ dataDir, api: core.api, clock, log }))
  const shellLog = log.room('shell')
  const around = lifetime.own(
    await openAround({
      core,
      inbox,
      dataDir,
      icons: join(import.meta.dirname, 'icons'),
      clock,
      log: shellLog,
    }),
  )
  const ipc = lifetime.own(bindIpc(ipcMain, around.api, shellLog))

  let begun: Begun | null = null
  const window = openWindow({
    dataDir,
    preload: join(import.meta.dirname, 'preload.cjs'),
    clock,
    log: shellLog,
    onOpen: ({ webContents }) => ipc.admit(webContents),
    onCrash: () => {
      tell(new Fault('window.crashed'))
      begun?.leaveNow()
    },
    hidden: atLogin && around.canStay,
    mayClose: () => begun?.mayClose() ?? true,
  })
  const show = () => focusWindow(window)
  lifetime.defer(inbox.state.onChange(() => inbox.state.value.opened && show()))
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('window-all-closed', () => app.quit())
  begun = around.begin(window, lifetime)
}

function madeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Fault('profile.unwritable', { folder }, { cause })
  }
  return folder
}

/** Says what happened and what to do where the person looks. */
function tell(fault: Fault): void {
  process.stderr.write(`${fault.message}\n`)
  // Nobody is there to close the box in a test.
  if (!driven) dialog.showErrorBox(words.app, words.fault(fault))
}

function giveUp(error: unknown): void {
  const fault = Fault.of(error)
  tell(fault)
  app.exit(fault.row.exit)
}
