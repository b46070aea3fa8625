import { randomBytes, randomInt, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { wordList } from '#shared/words.ts'
import { wipe } from '../crypto/hash.ts'
import { seal, unseal } from '../keys/seal.ts'

/** A secret as a file and a password that are given away separately; one is worth nothing alone. */
export interface SealedFile {
  readonly file: Uint8Array
  readonly password: string
}

const magic = Buffer.from('gangway-invite-1\n')
const saltLength = 16
const keyLength = 32
/** 66 bits, and a third of a second of scrypt for every guess. */
const passwordWords = 6
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 }
const maxBytes = 8_192

const derive = promisify<string, Uint8Array, number, typeof cost, Buffer>(scrypt)

export async function sealFile(content: Uint8Array): Promise<SealedFile> {
  const words = Array.from({ length: passwordWords }, () => wordList[randomInt(wordList.length)])
  const salt = randomBytes(saltLength)
  const head = Buffer.concat([magic, salt])
  const key = await keyOf(words, salt)
  const file = Buffer.concat([head, seal(key, content, head)])
  wipe(key)
  return { file, password: words.join('-') }
}

/** Null for a wrong password and for whatever is no such file: which of the two nobody can tell. */
export async function openFile(file: Uint8Array, password: string): Promise<Uint8Array | null> {
  const head = file.subarray(0, magic.length + saltLength)
  const isOne = head.length === magic.length + saltLength && file.length <= maxBytes
  if (!isOne || Buffer.compare(head.subarray(0, magic.length), magic) !== 0) return null
  const words =
    password
      .normalize('NFKD')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  const key = await keyOf(words, head.subarray(magic.length))
  const content = unseal(key, file.subarray(head.length), head)
  wipe(key)
  return content
}

function keyOf(words: readonly (string | undefined)[], salt: Uint8Array): Promise<Buffer> {
  return derive(words.join(' '), salt, keyLength, cost)
}
