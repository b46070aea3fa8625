import { expect } from 'vitest'
import { type SafePath, safePath } from '#core/transfers/names.ts'
import { openLanding } from '#core/transfers/landing/landing.ts'
import type { Landed, Landing, LandingOptions, SmallFile } from '#core/transfers/landing/types.ts'

export const transferId = '00112233445566778899aabbccddeeff'

/** A path that the judge lets through. */
export function pathOf(text: string | readonly string[]): SafePath {
  const judged = safePath(text, 'posix')
  if (judged.kind === 'refused') throw new Error(`${String(text)} is refused: ${judged.reason}`)
  return judged.path
}

export function landingIn(
  root: string,
  options: Partial<LandingOptions> = {},
  surroundings: Parameters<typeof openLanding>[1] = {},
): Promise<Landing> {
  const usual = { root, transferId, conflicts: 'keepBoth' } as const
  return openLanding({ ...usual, ...options }, surroundings)
}

export function small(
  index: number,
  path: string | readonly string[],
  content: string | Uint8Array = `content of ${String(path)}`,
  attributes: { mode?: number; mtimeMs?: number } = {},
): SmallFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  return {
    index,
    path: pathOf(path),
    bytes,
    mode: 0o644,
    mtimeMs: 1_600_000_000_123,
    ...attributes,
  }
}

/** Lands one file the way large ones land. */
export async function landLarge(
  landing: Landing,
  index: number,
  path: string,
  bytes: Uint8Array,
  attributes: { mode?: number; mtimeMs?: number } = {},
): Promise<Landed> {
  const file = await landing.begin({ index, path: pathOf(path), size: bytes.length }, 0)
  await file.write([bytes], 0)
  return file.finish({ mode: 0o644, mtimeMs: 1_600_000_000_123, ...attributes }, async (there) => {
    const found = Buffer.alloc(there.size)
    expect(await there.read(found, 0)).toBe(there.size)
    return found.equals(bytes)
  })
}
