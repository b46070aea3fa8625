import { EventEmitter } from 'node:events'
import type { App } from 'electron'
import { describe, expect, it } from 'vitest'
import { Lifetime } from '#core/base/lifetime.ts'
import { silentLog } from '#core/base/log.ts'
import { closeBeforeQuit } from '../../../electron/shell/quit.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { until } from '../../support/until.ts'

/** Quits as Electron does: asks, and goes unless somebody prevented it. */
class FakeApp extends EventEmitter {
  gone: 'quit' | number | null = null

  quit(): void {
    let prevented = false
    this.emit('before-quit', { preventDefault: () => (prevented = true) })
    if (!prevented) this.gone = 'quit'
  }

  exit(code: number): void {
    this.gone = code
  }
}

function running(
  closeCore: () => Promise<void>,
  mayQuit: () => Promise<boolean> = () => Promise.resolve(true),
) {
  const app = new FakeApp()
  const clock = new FakeClock()
  const lifetime = new Lifetime()
  lifetime.defer(closeCore)
  const parts = { app: app as unknown as App, lifetime, clock, log: silentLog }
  const quitting = closeBeforeQuit({ ...parts, mayQuit, onLeaving: () => {} })
  return { app, clock, quitting }
}

describe('quitting closes the core first', () => {
  it('waits for it, asked once or often', async () => {
    let closed = 0
    let finish = () => {}
    const { app } = running(() => {
      closed += 1
      return new Promise((resolve) => (finish = resolve))
    })
    app.quit()
    app.quit()
    expect(app.gone).toBeNull()
    await until('the core closes', () => closed > 0)
    finish()
    await until('the app is gone', () => app.gone !== null)
    expect(app.gone).toBe('quit')
    expect(closed).toBe(1)
  })

  it('goes after 5 s, with code 1, when the core hangs', async () => {
    const { app, clock } = running(() => new Promise(() => {}))
    app.quit()
    await clock.advance(0)
    await clock.advance(4_999)
    expect(app.gone).toBeNull()
    await clock.advance(1)
    await until('the app is gone', () => app.gone !== null)
    expect(app.gone).toBe(1)
  })

  it('goes with code 1 when closing fails', async () => {
    const { app } = running(() => Promise.reject(new Error('no')))
    app.quit()
    await until('the app is gone', () => app.gone !== null)
    expect(app.gone).toBe(1)
  })

  it('stays as it is when the person says no, and asks again the next time', async () => {
    const answers = [false, true]
    const { app, clock, quitting } = running(
      () => Promise.resolve(),
      () => Promise.resolve(answers.shift() ?? false),
    )
    app.quit()
    await until('it was asked', () => answers.length === 1)
    await clock.advance(0)
    expect([app.gone, quitting.isLeaving()]).toEqual([null, false])
    app.quit()
    await until('the app is gone', () => app.gone !== null)
    expect(app.gone).toBe('quit')
  })

  it('asks once, and does not wait for an answer when the session ends', async () => {
    let asked = 0
    const answers: ((yes: boolean) => void)[] = []
    const { app, quitting } = running(
      () => Promise.resolve(),
      () => {
        asked += 1
        return new Promise((resolve) => answers.push(resolve))
      },
    )
    app.quit()
    app.quit()
    expect(asked).toBe(1)
    expect(quitting.isLeaving()).toBe(false)
    quitting.leaveNow()
    expect(quitting.isLeaving()).toBe(true)
    answers[0]?.(false)
    await until('the app is gone', () => app.gone !== null)
    expect(app.gone).toBe('quit')
  })
})
