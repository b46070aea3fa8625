import { cancellation } from '#shared/faults.ts'
import { abortable } from '#core/base/abortable.ts'
import type { CommandContext } from './command.ts'
import type { Lines } from './stdin.ts'

/** A secret from the terminal, where it does not show, or else the first line of what is piped. */
export async function secretFrom(
  { stdin, signal, out }: CommandContext,
  lines: Lines,
  question: string,
): Promise<string> {
  if (!stdin.isTTY || !stdin.setRawMode) return (await lines.next(signal)) ?? ''
  out.complain(`${question} (it does not show):`)
  stdin.setRawMode(true)
  try {
    return await typed(stdin[Symbol.asyncIterator](), signal)
  } finally {
    stdin.setRawMode(false)
  }
}

/** Without echo the terminal does none of its usual work either. */
async function typed(
  chunks: AsyncIterator<Uint8Array | string>,
  signal: AbortSignal,
): Promise<string> {
  let text = ''
  for (;;) {
    const { value, done } = await abortable(chunks.next(), signal)
    if (done) return text
    for (const character of Buffer.from(value).toString('utf8')) {
      if (character === '\r' || character === '\n' || character === '\u0004') return text
      if (character === '\u0003') throw cancellation()
      if (character === '\u007f' || character === '\b') text = text.slice(0, -1)
      else text += character
    }
  }
}
