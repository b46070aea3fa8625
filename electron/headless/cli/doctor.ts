import { formatReport } from '#shared/doctor.ts'
import { sleep } from '#core/base/clock.ts'
import { defineCommand } from './command.ts'
import { nodeOptions, nodeSchema } from './node-options.ts'
import { printable } from './output.ts'
import { withCore } from './with-core.ts'

/** A node that runs only for this look has yet to hear itself and to find its relay. */
const settleMs = 1_500

export const doctor = defineCommand({
  name: 'doctor',
  about: 'what works and what does not, and what to do about it',
  options: nodeOptions,
  schema: nodeSchema,
  async run(input, context) {
    const { out, clock, signal } = context
    const report = await withCore(input, context, async ({ running, call }) => {
      if (!running) await sleep(clock, settleMs, signal)
      return call('doctor.run', {})
    })
    if (out.json) out.document(report)
    else for (const line of formatReport(report).split('\n')) out.line(printable(line))
    return report.checks.some(({ verdict }) => verdict === 'bad') ? 1 : 0
  },
})
