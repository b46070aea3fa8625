import { expect, test } from 'vitest'
import { keyFileVault, passphraseVault } from '../../../electron/headless/vault.ts'
import { flipped } from '../../support/bytes.ts'

const secret = Uint8Array.from({ length: 32 }, (_, index) => index)
const cheap = { logN: 4, r: 8, p: 1 }

test('a plain key file holds the key itself, and says so', async () => {
  const vault = keyFileVault()
  expect(vault.protection).toBe('key-file')
  expect(await vault.seal(secret)).toEqual(secret)
  expect(await vault.open(secret)).toEqual(secret)
})

test('a passphrase opens what it sealed at the full cost', async () => {
  const sealed = await passphraseVault('correct horse').seal(secret)
  expect([...sealed.subarray(0, 4)]).toEqual([1, 17, 8, 1])
  // Another build may seal at another cost: what is read back counts.
  expect(Uint8Array.from(await passphraseVault('correct horse', cheap).open(sealed))).toEqual(
    secret,
  )
})

test('sealing twice gives different bytes, and neither shows the secret', async () => {
  const vault = passphraseVault('p', cheap)
  const [one, other] = [await vault.seal(secret), await vault.seal(secret)]
  expect(Buffer.from(one).equals(other)).toBe(false)
  expect(Buffer.from(one).includes(Buffer.from(secret.subarray(0, 8)))).toBe(false)
})

test('a wrong passphrase is told as such', async () => {
  const sealed = await passphraseVault('right', cheap).seal(secret)
  await expect(passphraseVault('wrong', cheap).open(sealed)).rejects.toMatchObject({
    code: 'key.locked',
  })
})

test('a passphrase is the same whichever way its accents were typed', async () => {
  const sealed = await passphraseVault('caf\u00e9', cheap).seal(secret)
  expect(await passphraseVault('cafe\u0301', cheap).open(sealed)).toHaveLength(32)
})

test('no changed byte and no shorter text opens', async () => {
  const vault = passphraseVault('p', cheap)
  const sealed = await vault.seal(secret)
  const refusal = /could not be unlocked|not sealed by a passphrase/
  for (const at of sealed.keys()) {
    // The cost stays: this is about what is opened, the next test about what is spent.
    if (at < 1 || at > 3) await expect(vault.open(flipped(sealed, at))).rejects.toThrow(refusal)
    await expect(vault.open(sealed.subarray(0, at))).rejects.toThrow(refusal)
  }
})

test.each([
  [0, 8, 1],
  [19, 8, 1],
  [255, 8, 1],
  [17, 9, 1],
  [17, 0, 1],
  [17, 8, 5],
  [17, 8, 0],
])(
  'safety 8: a cost of %i, %i, %i in a file is refused before anything is spent',
  async (...cost) => {
    const sealed = Buffer.from(await passphraseVault('p', cheap).seal(secret))
    sealed.set(cost, 1)
    await expect(passphraseVault('p', cheap).open(sealed)).rejects.toThrow(
      'not sealed by a passphrase',
    )
  },
)
