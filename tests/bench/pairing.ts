import type { PairingState } from '#shared/devices.ts'
import { drawPhrase } from '#core/pairing/words.ts'
import { epochAt, meetingSeed } from '#core/pairing/meeting.ts'
import { TestCore } from '../support/paired-cores.ts'
import { spreadOf, type Row } from './row.ts'

const patienceMs = 30_000

/** Five words between two whole devices that find each other by themselves; both say yes at once. */
export async function pairingRows(rounds: number): Promise<Row[]> {
  const times: number[] = []
  const derivations: number[] = []
  for (let round = 0; round < rounds; round++) {
    times.push(await pairOnce())
    const began = performance.now()
    await meetingSeed(drawPhrase(), epochAt(Date.now()))
    derivations.push(performance.now() - began)
  }
  return [
    {
      work: 'words shown → both paired',
      unit: 'ms',
      ...spreadOf(times),
      control: { work: 'one scrypt of the words, which is in it', p50: spreadOf(derivations).p50 },
      reach: 2_000,
    },
  ]
}

/** From the moment the words can be read; opening the two devices is not in it. */
async function pairOnce(): Promise<number> {
  const [host, joiner] = [new TestCore('Host'), new TestCore('Joiner')]
  try {
    await Promise.all([host.open(), joiner.open()])
    host.rooms.pairing.show()
    const shown = await reached(host, 'showing')
    const began = performance.now()
    if (shown.state !== 'showing') throw new Error('no words')
    joiner.rooms.pairing.join(shown.code.phrase, null)
    await Promise.all([host, joiner].map((core) => paired(core)))
    return performance.now() - began
  } finally {
    await Promise.all([host.close(), joiner.close()])
  }
}

async function paired(core: TestCore): Promise<void> {
  const { pairing } = core.rooms
  for await (const state of states(core)) {
    if (state.state === 'asking') pairing.answer(state.prompt, true)
    if (state.state === 'paired') return
  }
}

async function reached(core: TestCore, wanted: PairingState['state']): Promise<PairingState> {
  for await (const state of states(core)) if (state.state === wanted) return state
  throw new Error('the core was closed')
}

async function* states(core: TestCore): AsyncGenerator<PairingState> {
  const signal = AbortSignal.timeout(patienceMs)
  for await (const state of core.rooms.pairing.state.watch(signal)) {
    if (state.state === 'failed') throw new Error(state.fault.message)
    yield state
  }
  throw new Error('nothing came of it in time')
}
