import { randomBytes } from 'node:crypto'
import type { Candidate } from '#shared/devices.ts'
import { Fault, isCancellation, type FaultCode } from '#shared/faults.ts'
import { within } from '../base/deadline.ts'
import { Lifetime } from '../base/lifetime.ts'
import type { CloseReason, Connection } from '../endpoint/types.ts'
import type { Closing } from './joiner-exchange.ts'
import { candidateOf, newDevice, type Parts, type Stage } from './parts.ts'
import { search, type Opened, type Sought } from './search.ts'
import type { Tries } from './tries.ts'
import { farewellMs, refuse } from './welcome.ts'

/** Pairs with whoever shows these words or gave this ticket; the stage is told how it went. */
export async function join(
  parts: Parts,
  tries: Tries,
  sought: Sought,
  stage: Stage,
): Promise<void> {
  stage.tell({ state: 'searching' })
  await using lifetime = new Lifetime()
  const endpoint = lifetime.own(await parts.openEndpoint(randomBytes(32)))
  const opened = await search({ parts, endpoint, signal: stage.signal }, sought).catch(
    (error: unknown) => {
      throw refusedAs('pairing.spent', error)
    },
  )
  lifetime.defer(() => opened.close())
  const closing = await prove(opened, tries, sought, stage)
  const device = candidateOf(closing.paired.peer)
  if (await agreed(parts, opened, closing.refusal, device, stage)) {
    await settle(parts, opened, closing, device, stage)
  }
}

async function prove(
  { exchange, wire, m4, meetingPoint }: Opened,
  tries: Tries,
  sought: Sought,
  stage: Stage,
): Promise<Closing> {
  const { signal } = stage
  stage.tell({ state: 'proving' })
  const m5 = exchange.onM4(m4)
  if (sought.kind === 'words') tries.spend(meetingPoint)
  try {
    await wire.write(m5, signal)
    stage.tell({ state: 'waiting', device: null })
    return exchange.onM6(await wire.readAnswer(signal))
  } catch (error) {
    if (signal.aborted) throw error
    throw refusedAs(sought.kind === 'words' ? 'pairing.mismatch' : 'pairing.spent', error)
  }
}

/** The person here comes last; whoever says no, or leaves, says so to the other side. */
async function agreed(
  parts: Parts,
  opened: Opened,
  refusal: Uint8Array,
  device: Candidate,
  stage: Stage,
): Promise<boolean> {
  let answer
  try {
    answer = await stage.ask(device, untilClosed(opened.connection))
  } catch (error) {
    if (stage.signal.aborted) await refuse(parts, opened, refusal)
    throw stage.signal.aborted ? error : new Fault('pairing.failed', {}, { cause: error })
  }
  if (answer === 'yes') return true
  stage.tell(
    answer === 'no'
      ? { state: 'quiet' }
      : { state: 'failed', fault: new Fault('pairing.unanswered').toRecord() },
  )
  await refuse(parts, opened, refusal)
  return false
}

/** Saved before M7 leaves. What is lost from here on, the first session makes up for. */
async function settle(
  { devices, clock }: Parts,
  { wire, connection }: Opened,
  { paired, message }: Closing,
  device: Candidate,
  stage: Stage,
): Promise<void> {
  stage.tell({ state: 'waiting', device })
  const joined = newDevice(paired, 'joiner')
  await devices.save(joined)
  const last = await within({ clock, milliseconds: farewellMs }, async (signal) => {
    await wire.write(message, signal)
    return connection.closed
  }).catch((): CloseReason => ({ code: 'deadline.passed', byPeer: false }))
  if (last.byPeer && last.code === 'pairing.failed') {
    await devices.retract(joined)
    throw new Fault('pairing.failed')
  }
  if (last.byPeer && last.code === 'clean') await devices.confirm(joined)
  else devices.seek(device.id)
  stage.tell({ state: 'paired', device })
}

/** The other side gives no reasons; what it means follows from how far we had come. */
function refusedAs(meaning: FaultCode, error: unknown): unknown {
  if (isCancellation(error)) return new Fault('pairing.failed', {}, { cause: error })
  if (!(error instanceof Fault)) return error
  if (error.code === 'pairing.failed') return new Fault(meaning, {}, { cause: error })
  const isOurs = error.code.startsWith('pairing.') || error.code === 'peer.unreachable'
  return isOurs ? error : new Fault('pairing.failed', {}, { cause: error })
}

function untilClosed(connection: Connection): AbortSignal {
  const gone = new AbortController()
  void connection.closed.then(() => gone.abort())
  return gone.signal
}
