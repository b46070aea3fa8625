import type { Clock } from '#core/base/clock.ts'
import { shakeHands } from '#core/sessions/handshake.ts'
import { SecureChannel } from '#core/sessions/secure-channel.ts'
import type { Alpn } from '#shared/ids.ts'
import { fakeId } from './fake-devices.ts'
import { memoryConnections } from './memory-connection.ts'

const alpn: Alpn = 'gangway/message/1'
const [ada, bob] = [fakeId(1), fakeId(2)]
const root = new Uint8Array(32).fill(7)

/** Two ends of one channel, and the bare streams below for those who attack it. */
export async function secureChannels(clock: Clock) {
  const { dialler, accepter } = memoryConnections({ alpn, dialler: ada, accepter: bob })
  const signal = new AbortController().signal
  const [one, other] = await Promise.all([
    shakeHands(dialler, { self: ada, roots: [root], clock, signal }),
    shakeHands(accepter, { self: bob, roots: [root], clock, signal }),
  ])
  return {
    ada: new SecureChannel(dialler, one, { clock }),
    bob: new SecureChannel(accepter, other, { clock }),
    /** What Ada's end seals and sends with: whoever holds it is Ada. */
    asAda: { stream: one.stream, seal: (plain: Uint8Array) => one.noise.send.seal(plain) },
    /** The stream that Ada reads from, for whoever stands in between. */
    toAda: other.stream,
  }
}
