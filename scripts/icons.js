// @ts-check
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from './browser.js'

/**
 * Draws every icon from the two drawings in resources/; run it after one of them has changed. The
 * containers of Windows and macOS only line up PNG files, so they are written here.
 */

const resources = join(import.meta.dirname, '../resources')
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512]
const windowsSizes = [16, 24, 32, 48, 64, 128, 256]
/** The names macOS gives to sizes. @type {readonly (readonly [string, number])[]} */
const macSizes = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
]
/** macOS leaves room around an icon for its shadow. */
const macShare = 824 / 1024

const browser = await chromium.launch({
  executablePath: await findBrowser(),
  args: ['--no-sandbox'],
})
const page = await browser.newPage()

/** @param {string} svg @param {number} size @param {number} [share] */
async function draw(svg, size, share = 1) {
  await page.setViewportSize({ width: size, height: size })
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  const style = `position:fixed;inset:${((1 - share) / 2) * 100}%;width:${share * 100}%`
  await page.setContent(`<img src="${source}" style="${style}">`)
  return page.screenshot({ omitBackground: true })
}

/** @param {readonly (readonly [number, Buffer])[]} images */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let at = head.length
  for (const [index, [size, png]] of images.entries()) {
    const entry = 6 + 16 * index
    // 256 does not fit and is written as 0.
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += png.length
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)])
}

/** @param {readonly (readonly [string, Buffer])[]} images */
function icns(images) {
  const parts = images.flatMap(([name, png]) => {
    const head = Buffer.alloc(8)
    head.write(name)
    head.writeUInt32BE(png.length + 8, 4)
    return [head, png]
  })
  const head = Buffer.alloc(8)
  head.write('icns')
  head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4)
  return Buffer.concat([head, ...parts])
}

const icon = await readFile(join(resources, 'icon.svg'), 'utf8')
const tray = await readFile(join(resources, 'tray/trayTemplate.svg'), 'utf8')
await mkdir(join(resources, 'icons'), { recursive: true })

for (const size of linuxSizes) {
  await writeFile(join(resources, `icons/${size}x${size}.png`), await draw(icon, size))
}
/** @type {[number, Buffer][]} */
const windows = []
for (const size of windowsSizes) windows.push([size, await draw(icon, size)])
await writeFile(join(resources, 'icon.ico'), ico(windows))
/** @type {[string, Buffer][]} */
const mac = []
for (const [name, size] of macSizes) mac.push([name, await draw(icon, size, macShare)])
await writeFile(join(resources, 'icon.icns'), icns(mac))

for (const [suffix, scale] of /** @type {const} */ ([
  ['', 1],
  ['@2x', 2],
])) {
  const name = (/** @type {string} */ stem) => join(resources, `tray/${stem}${suffix}.png`)
  await writeFile(name('trayTemplate'), await draw(tray, 16 * scale))
  await writeFile(name('tray'), await draw(icon, 32 * scale))
}
await browser.close()
