import type { Api, CallName } from '#shared/contract.ts'

type AnyCall = (input: never, signal: AbortSignal) => Promise<unknown>

/** Passes every call on and remembers it, to be asked what a screen wanted. */
export function notingCalls() {
  const inputs = new Map<string, unknown[]>()
  const noted = (name: string, call: AnyCall) => (input: never, signal: AbortSignal) => {
    inputs.set(name, [...(inputs.get(name) ?? []), input])
    return call(input, signal)
  }
  return {
    api: (api: Api): Api => {
      const calls = Object.entries(api.calls).map(([name, call]) => [name, noted(name, call)])
      return { ...api, calls: Object.fromEntries(calls) as Api['calls'] }
    },
    /** What one call was asked with, in the order it was. */
    of: (name: CallName): readonly unknown[] => inputs.get(name) ?? [],
  }
}
