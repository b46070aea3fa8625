import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPlace, writePlace } from '../../../electron/shell/window-place.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const screen = { x: 0, y: 0, width: 1280, height: 800 }
const right = { x: 1280, y: 0, width: 1280, height: 800 }
const standard = { bounds: { width: 1040, height: 720 }, maximized: false }

describe('the window comes back where it was', () => {
  it('on the same screen', () => {
    using folder = temporaryFolder()
    const bounds = { x: 1400, y: 20, width: 600, height: 700 }
    writePlace(folder.path, bounds, true)
    expect(readPlace(folder.path, [screen, right])).toEqual({ bounds, maximized: true })
  })

  it('within the screen when it hung over its edge or is larger than it', () => {
    using folder = temporaryFolder()
    writePlace(folder.path, { x: -200, y: 600, width: 600, height: 700 }, false)
    expect(readPlace(folder.path, [screen]).bounds).toEqual({
      x: 0,
      y: 100,
      width: 600,
      height: 700,
    })
    writePlace(folder.path, { x: 10, y: 10, width: 5000, height: 5000 }, false)
    expect(readPlace(folder.path, [screen]).bounds).toEqual(screen)
  })

  it('at the standard place when its screen is gone', () => {
    using folder = temporaryFolder()
    writePlace(folder.path, { x: 1400, y: 20, width: 600, height: 700 }, false)
    expect(readPlace(folder.path, [screen])).toEqual(standard)
  })

  it('at the standard place whichever byte of its memory is damaged', () => {
    using folder = temporaryFolder()
    expect(readPlace(folder.path, [screen])).toEqual(standard)
    writePlace(folder.path, { x: 10, y: 10, width: 600, height: 700 }, false)
    const file = join(folder.path, 'window.json')
    const whole = readFileSync(file)
    for (let index = 0; index < whole.length; index++) {
      const damaged = Buffer.from(whole)
      damaged[index] = 0x7f
      writeFileSync(file, damaged)
      const { bounds } = readPlace(folder.path, [screen])
      expect(bounds.width).toBeGreaterThanOrEqual(420)
      expect(bounds.height).toBeGreaterThanOrEqual(480)
    }
  })

  it('and a folder that cannot be written is no fault', () => {
    expect(() => writePlace('/nowhere/at/all', screen, false)).not.toThrow()
  })
})
