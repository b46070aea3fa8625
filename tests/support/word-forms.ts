import { wordIndex } from '#shared/words.ts'

/** Shorter things occur by chance in what looks random. */
const leastBytes = 5

/** Every form in which words may lie about: as text, as numbers of the list, and encoded once more. */
export function formsOf(words: readonly string[]): Buffer[] {
  const indices = words.map((word) => wordIndex(word) ?? 0)
  const numbers = (write: (bytes: Buffer, index: number, at: number) => void) => {
    const bytes = Buffer.alloc(2 * indices.length)
    indices.forEach((index, place) => write(bytes, index, 2 * place))
    return bytes
  }
  const packed = indices.reduce((bits, index) => (bits << 11n) | BigInt(index), 0n)
  const plain = [
    ...words,
    ...[' ', '-', ',', '","', '+', '%20', '\0', ''].map((between) => words.join(between)),
    indices.join(' '),
    indices.join(','),
    numbers((bytes, index, at) => bytes.writeUInt16BE(index, at)),
    numbers((bytes, index, at) => bytes.writeUInt16LE(index, at)),
    Buffer.from(packed.toString(16).padStart(10, '0'), 'hex'),
  ].map((form) => Buffer.from(form))
  const texts = plain.filter((_, place) => place < words.length + 8)
  const forms = [
    ...plain,
    ...texts.map((text) => Buffer.from(text.toString().toUpperCase())),
    ...plain.flatMap((form) =>
      (['hex', 'base64', 'base64url'] as const).map((encoding) =>
        // The last characters of base64 hang on what follows.
        Buffer.from(form.toString(encoding).replace(/=*$/, '').slice(0, -1)),
      ),
    ),
  ]
  return forms.filter(({ length }) => length >= leastBytes)
}
