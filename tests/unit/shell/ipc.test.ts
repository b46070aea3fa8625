import { EventEmitter } from 'node:events'
import type { IpcMain, WebContents } from 'electron'
import { describe, expect, it } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { maxInFlight, toCore, toPage } from '../../../electron/shell/channels.ts'
import { bindIpc } from '../../../electron/shell/ipc.ts'
import { appOrigin } from '../../../electron/shell/scheme.ts'
import { fakeApi } from '../../support/fake-api.ts'
import { until } from '../../support/until.ts'

/** Web contents whose page answers to nothing by itself. */
class FakeContents extends EventEmitter {
  readonly id = 1
  readonly mainFrame = { frameTreeNodeId: 7, parent: null, origin: appOrigin }
  readonly sent: unknown[] = []
  destroyed = false
  isDestroyed = () => this.destroyed
  isCrashed = () => false

  send(channel: string, message: unknown): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed')
    if (channel === toPage) this.sent.push(message)
  }
}

function bound() {
  const main = new EventEmitter()
  const core = fakeApi()
  const ipc = bindIpc(main as unknown as IpcMain, core.api, silentLog)
  const contents = new FakeContents()
  ipc.admit(contents as unknown as WebContents)
  const say = (message: unknown) =>
    main.emit(toCore, { sender: contents, senderFrame: contents.mainFrame }, message)
  const watch = () => say(JSON.stringify({ type: 'open', id: 1, name: 'device.watch' }))
  return { ipc, core, contents, main, say, watch }
}

describe('safety 32: one page, one connection', () => {
  it('a new document hears nothing of what the one before asked for', async () => {
    const { ipc, core, contents, watch } = bound()
    watch()
    await until('the stream runs', () => contents.sent.length === 1)
    expect(core.device.watchers).toBe(1)
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
    await until('the stream ends', () => core.device.watchers === 0)
    expect(contents.sent).toHaveLength(1)
    ipc.close()
  })

  it('a fragment or a frame within is no new document', async () => {
    const { ipc, core, contents, watch } = bound()
    watch()
    await until('the stream runs', () => contents.sent.length === 1)
    contents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
    contents.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false })
    core.device.set({ ...core.device.value, reach: 'offline' })
    await until('news arrive', () => contents.sent.length > 1)
    expect(contents.sent.at(-1)).toMatchObject({ value: { reach: 'offline' } })
    ipc.close()
  })

  it.each(['destroyed', 'render-process-gone'])('%s ends its streams', async (event) => {
    const { ipc, core, contents, watch } = bound()
    watch()
    await until('the stream runs', () => core.device.watchers === 1)
    contents.destroyed = event === 'destroyed'
    contents.emit(event)
    await until('the stream ends', () => core.device.watchers === 0)
    expect(() => ipc.close()).not.toThrow()
  })

  it('closing says a last word and hears nothing more', async () => {
    const { ipc, core, contents, main, watch } = bound()
    watch()
    await until('the stream runs', () => contents.sent.length === 1)
    ipc.close()
    expect(contents.sent.at(-1)).toBeNull()
    expect(main.listenerCount(toCore)).toBe(0)
    await until('the stream ends', () => core.device.watchers === 0)
  })

  it('a page that hangs gets no more than its share, and then the newest', async () => {
    const { ipc, core, contents, say, watch } = bound()
    watch()
    for (let step = 1; step <= 3 * maxInFlight; step++) {
      core.device.set({ ...core.device.value, startedAt: step })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(contents.sent).toHaveLength(maxInFlight)
    say(maxInFlight)
    await until('the newest arrives', () => contents.sent.length === maxInFlight + 1)
    expect(contents.sent.at(-1)).toMatchObject({ value: { startedAt: 3 * maxInFlight } })
    ipc.close()
  })
})
