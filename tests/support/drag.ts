import type { Locator, Page } from 'playwright-core'

/** Drags files and folders of this computer onto an element and lets go, as from a file manager. */
export async function dragOnto(target: Locator, files: readonly string[]): Promise<void> {
  const page: Page = target.page()
  const box = await target.boundingBox()
  if (!box) throw new Error('there is nothing to drop on')
  const devtools = await page.context().newCDPSession(page)
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, ...at, data })
  }
  await devtools.detach()
}
