import { Fault } from '#shared/faults.ts'
import { isDeviceId, shortId } from '#shared/ids.ts'
import type { CallOutput } from '#shared/contract.ts'
import { defineCommand } from './command.ts'
import { nodeOptions, nodeSchema, peerSchema } from './node-options.ts'
import { columns, printable, type Output } from './output.ts'
import { withCore, type CoreAtHand } from './with-core.ts'

type Row = CallOutput<'status.get'>['peers'][number]

export const peer = defineCommand({
  name: 'peer',
  about: 'devices at known addresses: add one, remove one, list them',
  words: 'add <id>@<host:port> | remove <id> | list',
  options: nodeOptions,
  schema: nodeSchema,
  async run(input, context, words) {
    const wish = wishOf(words)
    const rows = await withCore(input, context, async (core) => {
      await changed(core, wish)
      return (await core.call('status.get', {})).peers
    })
    if (context.out.json) context.out.document({ peers: rows })
    else for (const line of lines(rows, context.out)) context.out.line(line)
  },
})

type Wish = ReturnType<typeof wishOf>

function wishOf(words: readonly string[]) {
  const [verb, word = '', ...more] = words
  if (more.length > 0) throw usage()
  switch (verb) {
    case 'add':
      return { verb, peer: peerFrom(word) } as const
    case 'remove': {
      const id = word.toLowerCase()
      if (!isDeviceId(id)) throw usage()
      return { verb, id } as const
    }
    case 'list':
    case undefined:
      if (word !== '') throw usage()
      return { verb: 'list' } as const
    default:
      throw usage()
  }
}

function peerFrom(word: string) {
  const read = peerSchema.safeParse(word)
  if (!read.success) throw usage()
  return read.data
}

function usage(): Fault {
  const problem = 'Say `peer add <id>@<host>:<port>`, `peer remove <id>` or `peer list`'
  return new Fault('usage.invalid', { problem })
}

async function changed({ call }: CoreAtHand, wish: Wish): Promise<void> {
  if (wish.verb === 'add') await call('peer.add', wish.peer)
  else if (wish.verb === 'remove') await call('peer.remove', { id: wish.id })
}

function lines(rows: readonly Row[], out: Output): string[] {
  if (rows.length === 0) return ['No device has a known address. Devices nearby are found anyway.']
  return peerLines(rows, out)
}

/** As `status` shows them too. */
export function peerLines(rows: readonly Row[], { style }: Output): string[] {
  return columns(
    rows.map(({ id, host, port, saved }) => [
      shortId(id),
      printable(`${host.includes(':') ? `[${host}]` : host}:${port}`),
      saved ? '' : style.dim('for this run'),
    ]),
  )
}
