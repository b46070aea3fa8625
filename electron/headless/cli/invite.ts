import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { Fault } from '#shared/faults.ts'
import { defineCommand, type CommandContext } from './command.ts'
import { newFile } from './new-file.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { printable } from './output.ts'
import { withCore } from './with-core.ts'

export const invite = defineCommand({
  name: 'invite',
  about: 'write a file that pairs one device within a day, with a password for it',
  options: {
    file: { type: 'string', flagOnly: true, placeholder: '<file>', about: 'where to write it' },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({ file: z.string().min(1).optional() }),
  async run({ file, ...input }, context) {
    if (file === undefined) {
      throw new Fault('usage.invalid', { problem: 'Say where to write it with --file <file>' })
    }
    await using handle = await newFile(file)
    try {
      const { made, running } = await withCore(input, context, async ({ call, running }) => {
        return { made: await call('invite.create', {}), running }
      })
      await handle.writeFile(Buffer.from(made.file, 'base64'))
      tell(context, { file, running, password: made.password, ...made.invite })
    } catch (error) {
      await rm(file, { force: true })
      throw error
    }
  },
})

interface Told {
  readonly file: string
  readonly password: string
  readonly id: string
  readonly expiresAt: number
  readonly running: boolean
}

function tell({ out }: CommandContext, { file, password, id, expiresAt, running }: Told): void {
  const until = new Date(expiresAt).toISOString()
  if (out.json) return out.document({ event: 'invited', id, file, password, expiresAt: until })
  out.line(`Written to ${printable(file)}. Its password, shown only now:`)
  out.line('')
  out.line(`  ${out.style.bold(password)}`)
  out.line('')
  out.line('Give the file and the password by two different ways. On the other device:')
  out.line('  gangway pair --file <file>')
  out.line(`Whoever has both is paired without asking you again: once, until ${until}.`)
  if (!running) out.line('It is taken while Gangway runs here (gangway serve).')
}
