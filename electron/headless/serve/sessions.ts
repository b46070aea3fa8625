import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#core/base/clock.ts'

type Redeemed =
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too-many' }

export interface Sessions {
  /** What the link carries behind its `#`: the password, else something known to this run only. */
  readonly token: string
  redeem(candidate: string): Redeemed
  has(id: string): boolean
}

const maxSessions = 64
const maxWrong = 10
export const wrongWindowMs = 60_000

interface Options {
  /** In place of a token of this run. */
  readonly password?: string | undefined
  readonly random?: (bytes: number) => Buffer
}

/** Who may use the page. All of it lives in memory and ends with the run. */
export function createSessions(
  clock: Pick<Clock, 'monotonic'>,
  { password, random = randomBytes }: Options = {},
): Sessions {
  const token = password ?? random(32).toString('base64url')
  const tokenDigest = digest(token)
  // Digests, so that looking one up takes no longer the more of it is right.
  const sessions = new Set<string>()
  let wrong: number[] = []

  function isLimited(): boolean {
    const now = clock.monotonic()
    wrong = wrong.filter((at) => now - at < wrongWindowMs)
    return wrong.length >= maxWrong
  }

  function remember(id: string): void {
    const [oldest] = sessions
    if (sessions.size >= maxSessions && oldest !== undefined) sessions.delete(oldest)
    sessions.add(digest(id).toString('hex'))
  }

  return {
    token,
    redeem(candidate) {
      if (isLimited()) return { kind: 'too-many' }
      if (!timingSafeEqual(digest(candidate), tokenDigest)) {
        wrong.push(clock.monotonic())
        return { kind: 'wrong' }
      }
      const id = random(32).toString('base64url')
      remember(id)
      return { kind: 'session', id }
    },
    has: (id) => sessions.has(digest(id).toString('hex')),
  }
}

export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
