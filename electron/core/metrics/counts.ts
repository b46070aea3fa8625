import type { FaultCode } from '#shared/faults.ts'

/** Counts under labels, from the start of the process to its end. Labels come from our own tables. */
export class Counts<Label extends string> {
  readonly #counts = new Map<Label, number>()

  constructor(known: readonly Label[] = []) {
    for (const label of known) this.#counts.set(label, 0)
  }

  add(label: Label, count = 1): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + count)
  }

  get all(): ReadonlyMap<Label, number> {
    return new Map(this.#counts)
  }
}

const wayKinds = ['tcp', 'quic'] as const
type LaneUse = `${(typeof wayKinds)[number]} ${'sent' | 'received'}`

/** What happened since the start: only how often and how much, never to whom or what. */
export class Tally {
  readonly laneBytes = new Counts<LaneUse>(
    wayKinds.flatMap((kind) => [`${kind} sent` as const, `${kind} received` as const]),
  )
  readonly sessionsOpened = new Counts<string>()
  readonly pairingFailures = new Counts<FaultCode>()
}
