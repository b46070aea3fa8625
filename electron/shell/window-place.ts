import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rectangle } from 'electron'
import { z } from 'zod'

/** Where the window was when it was last closed. */
export interface WindowPlace {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number }
  readonly maximized: boolean
}

export const smallest = { width: 420, height: 480 } as const
const standard: WindowPlace = { bounds: { width: 1040, height: 720 }, maximized: false }

const pixel = z.int().min(-100_000).max(100_000)
const placeSchema = z.object({
  x: pixel,
  y: pixel,
  width: pixel.min(smallest.width),
  height: pixel.min(smallest.height),
  maximized: z.boolean(),
})

const fileIn = (dataDir: string) => join(dataDir, 'window.json')

/** A file that is missing, damaged or speaks of a screen that is gone is as good as none. */
export function readPlace(dataDir: string, screens: readonly Rectangle[]): WindowPlace {
  try {
    const text = readFileSync(fileIn(dataDir), 'utf8')
    const { maximized, ...bounds } = placeSchema.parse(JSON.parse(text))
    const screen = screens.toSorted((a, b) => overlap(b, bounds) - overlap(a, bounds))[0]
    if (!screen || overlap(screen, bounds) === 0) return standard
    return { bounds: inside(screen, bounds), maximized }
  } catch {
    return standard
  }
}

export function writePlace(dataDir: string, bounds: Rectangle, maximized: boolean): void {
  const { x, y, width, height } = bounds
  const aside = `${fileIn(dataDir)}.new`
  try {
    writeFileSync(aside, JSON.stringify({ x, y, width, height, maximized }), { mode: 0o600 })
    renameSync(aside, fileIn(dataDir))
  } catch {
    // A window that opens elsewhere next time is no reason to bother anybody.
  }
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}

function inside(screen: Rectangle, bounds: Rectangle): Rectangle {
  const width = Math.min(bounds.width, screen.width)
  const height = Math.min(bounds.height, screen.height)
  return {
    x: Math.min(Math.max(bounds.x, screen.x), screen.x + screen.width - width),
    y: Math.min(Math.max(bounds.y, screen.y), screen.y + screen.height - height),
    width,
    height,
  }
}
