import type { Page } from 'playwright-core'
import type { CallInput, CallName, CallOutput } from '#shared/contract.ts'
import type { PreloadPipe } from '#shared/preload.ts'

declare global {
  interface Window {
    readonly gangway?: PreloadPipe
  }
}

let nextId = 1_000_000

/** Asks the core through the page's own pipe, beside whatever the screens ask. */
export async function ask<Name extends CallName>(
  page: Page,
  name: Name,
  input: CallInput<Name>,
): Promise<CallOutput<Name>> {
  const request = { type: 'call', id: nextId++, name, input } as const
  const answer = await page.evaluate(
    (sent) =>
      new Promise((resolve, reject) => {
        const undo = window.gangway?.receive((message) => {
          const { id, type, value } = message as { id: number; type: string; value: unknown }
          if (id !== sent.id) return
          undo?.()
          if (type === 'result') resolve(value)
          else reject(new Error(JSON.stringify(message)))
        })
        window.gangway?.send(sent)
      }),
    request,
  )
  return answer as CallOutput<Name>
}
