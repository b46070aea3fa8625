import { createCipheriv, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { reclaim, reclaimable } from '#core/transfers/lanes/reclaim.ts'

const pieceBytes = 128 * 1024

function sealer() {
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12))
  const plain = Buffer.alloc(pieceBytes)
  return () => cipher.update(plain)
}

it('gives back what a cipher made, through any view of it, once and no more', () => {
  const piece = reclaimable(sealer()())
  const view = piece.subarray(100)
  reclaim([view, piece])
  expect([piece.length, view.length]).toEqual([0, 0])
  reclaim([view, piece])
})

it('leaves alone what others made: memory that is shared with anything else stays', () => {
  const pooled = Buffer.from('a few bytes of the pool of Node')
  const other = sealer()()
  reclaim([pooled, other])
  expect(pooled.toString()).toBe('a few bytes of the pool of Node')
  expect(other.length).toBe(pieceBytes)
})

it('holds no more memory than is in use, without the collector', () => {
  const seal = sealer()
  const before = process.memoryUsage().arrayBuffers
  for (let count = 0; count < 64; count++) reclaim([reclaimable(seal())])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * pieceBytes)
})
