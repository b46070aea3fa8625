import { z } from 'zod'
import { applyRows } from '#shared/rows.ts'
import type { Transfer } from '#shared/transfers.ts'
import { defineCommand } from './command.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { columns, type Output } from './output.ts'
import { cellsOf, documentOf } from './transfer-rows.ts'
import { withCore } from './with-core.ts'

const tellEveryMs = 250

export const transfers = defineCommand({
  name: 'transfers',
  about: 'what is on its way, and what has arrived',
  options: {
    watch: { type: 'boolean', flagOnly: true, about: 'go on telling until stopped' },
    ...nodeOptions,
  },
  schema: nodeSchema.extend({ watch: z.boolean().default(false) }),
  async run({ watch, ...input }, context) {
    const { out, clock } = context
    await withCore(input, context, async ({ call, follow }) => {
      if (!watch) return show((await call('transfers.list', {})).transfers, out)
      let rows: ReadonlyMap<string, Transfer> = new Map()
      let undo: (() => void) | null = null
      try {
        await follow('transfers.watch', (item) => {
          rows = applyRows(rows, item)
          undo ??= clock.after('snapshot' in item ? 0 : tellEveryMs, () => {
            undo = null
            show([...rows.values()], out)
          })
          return undefined
        })
      } finally {
        ;(undo as (() => void) | null)?.()
      }
      return undefined
    })
  },
})

function show(rows: readonly Transfer[], out: Output): void {
  const sorted = rows.toSorted((a, b) => a.order - b.order)
  if (out.json) return out.document({ transfers: sorted.map((row) => documentOf(row)) })
  if (sorted.length === 0) return out.line('Nothing is on its way.')
  for (const line of columns(sorted.map((row) => cellsOf(row)))) out.line(line)
  return undefined
}
