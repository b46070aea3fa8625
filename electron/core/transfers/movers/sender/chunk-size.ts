import { defaultChunkBytes, maxChunkBytes, minChunkBytes } from '../../content/limits.ts'

/** How long one chunk should take: long enough to cost little, short enough to be steered. */
const chunkSeconds = 0.005
const halfMegabyte = 512 * 1024
const sizes = [maxChunkBytes, halfMegabyte, defaultChunkBytes, 128 * 1024, minChunkBytes]

/** Chunks follow the speed of the lane and the cap, whichever is less. */
export function chunkBytesFor(measured: number | null, cap: number | null): number {
  if (measured === null && cap === null) return defaultChunkBytes
  const budget = Math.min(measured ?? Infinity, cap ?? Infinity) * chunkSeconds
  return sizes.find((size) => size <= budget) ?? minChunkBytes
}
