/**
 * The two things every runtime of ours has and ECMAScript does not name. Only this folder's own
 * check reads this file; elsewhere Node's or the browser's types stand for them.
 */
interface AbortSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}
declare class AbortController {
  readonly signal: AbortSignal
  abort(): void
}
