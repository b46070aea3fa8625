import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { drive, showWords, type DrivenNode } from '../../support/driven-node.ts'
import { whyNoNamespaces } from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { openSmallLan } from '../../support/small-lan.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const own = closing()

/** A node that can die and come back with the same profile. */
class Mortal {
  readonly #prefix: readonly string[]
  readonly #name: string
  readonly #folder = temporaryFolder()
  #driven: DrivenNode | null = null

  constructor(prefix: readonly string[], name: string) {
    this.#prefix = prefix
    this.#name = name
    own({ close: () => this.#end() })
  }

  get now(): DrivenNode {
    if (!this.#driven) throw new Error(`${this.#name} does not run`)
    return this.#driven
  }

  async live(): Promise<this> {
    const options = { prefix: this.#prefix, args: ['--name', this.#name] }
    this.#driven = await drive(await startNode({ ...options, dataDir: this.#folder.path }))
    return this
  }

  async die(): Promise<void> {
    const driven = this.now
    this.#driven = null
    await driven.node.kill()
    driven.close()
  }

  is(state: string): Promise<void> {
    return until(`${this.#name} is ${state}`, () => this.now.state().state === state, 15_000)
  }

  answer(): void {
    const state = this.now.state()
    if (state.state !== 'asking') throw new Error(`not asking but ${state.state}`)
    void this.now.client
      .call('pairing.answer', { prompt: state.prompt, accept: true })
      .catch(() => {})
  }

  /** What it knows of the other: nothing, that it is paired, or that it is there. */
  async knows(): Promise<'nothing' | 'paired' | 'there'> {
    const { devices } = await this.now.client.call('devices.list', {})
    const [device] = devices
    if (!device) return 'nothing'
    return device.state === 'connected' || device.state === 'idle' ? 'there' : 'paired'
  }

  async #end(): Promise<void> {
    if (this.#driven) await this.die()
    this.#folder[Symbol.dispose]()
  }
}

async function twoNodes() {
  const { prefix } = own(openSmallLan())
  const host = await new Mortal(prefix, 'Kitchen').live()
  const joiner = await new Mortal(prefix, 'Studio').live()
  return { host, joiner }
}

type Two = Awaited<ReturnType<typeof twoNodes>>

async function joining({ host, joiner }: Two): Promise<void> {
  const { phrase } = await showWords(host.now)
  await joiner.now.client.call('pairing.join', { code: phrase, address: null })
}

async function hostAsked(two: Two): Promise<void> {
  await joining(two)
  await two.host.is('asking')
}

async function joinerAsked(two: Two): Promise<void> {
  await hostAsked(two)
  two.host.answer()
  await two.joiner.is('asking')
}

async function bothSaidYes(two: Two): Promise<void> {
  await joinerAsked(two)
  two.joiner.answer()
}

type Verdict = 'paired' | 'not paired'

/** Both are there for each other, or neither knows anything. */
async function agree({ host, joiner }: Two): Promise<Verdict | null> {
  const [one, other] = [await host.knows(), await joiner.knows()]
  if (one === 'there' && other === 'there') return 'paired'
  return one === 'nothing' && other === 'nothing' ? 'not paired' : null
}

async function bothPaired(two: Two): Promise<void> {
  await bothSaidYes(two)
  await Promise.all([two.host.is('paired'), two.joiner.is('paired')])
}

interface Step {
  readonly when: string
  readonly dies: 'host' | 'joiner'
  readonly upTo: (two: Two) => Promise<void>
  /** What the other person does while it is dead. */
  readonly meanwhile?: (two: Two) => void
  /** Either is right where the kill races with a yes on its way. */
  readonly right: readonly Verdict[]
}

const either: readonly Verdict[] = ['paired', 'not paired']

const steps: readonly Step[] = [
  { when: 'while the joiner seeks', dies: 'host', upTo: joining, right: ['not paired'] },
  { when: 'while its person is asked', dies: 'host', upTo: hostAsked, right: ['not paired'] },
  {
    when: 'when M6 has left',
    dies: 'host',
    upTo: joinerAsked,
    meanwhile: ({ joiner }) => joiner.answer(),
    right: either,
  },
  { when: 'when M7 is on its way', dies: 'host', upTo: bothSaidYes, right: either },
  { when: 'when all is done', dies: 'host', upTo: bothPaired, right: ['paired'] },
  { when: 'while it seeks', dies: 'joiner', upTo: joining, right: ['not paired'] },
  { when: 'when all is done', dies: 'joiner', upTo: bothPaired, right: ['paired'] },
]

const patient: readonly Step[] = [
  {
    when: 'while the host is asked',
    dies: 'joiner',
    upTo: hostAsked,
    meanwhile: ({ host }) => host.answer(),
    right: ['not paired'],
  },
  {
    when: 'while its person is asked',
    dies: 'joiner',
    upTo: joinerAsked,
    right: ['not paired'],
  },
  { when: 'when its person has said yes', dies: 'joiner', upTo: bothSaidYes, right: either },
]

const again: readonly Step[] = [
  {
    when: 'when M6 has left',
    dies: 'host',
    upTo: joinerAsked,
    meanwhile: ({ joiner }) => joiner.answer(),
    right: ['paired'],
  },
  { when: 'while its person is asked', dies: 'joiner', upTo: joinerAsked, right: ['paired'] },
  { when: 'when its person has said yes', dies: 'joiner', upTo: bothSaidYes, right: ['paired'] },
]

/** Resolves with what both agree on for two seconds in a row. */
async function settled(two: Two): Promise<Verdict> {
  let last: { verdict: Verdict | null; since: number } = { verdict: null, since: 0 }
  await until(
    'both agree',
    async () => {
      const verdict = await agree(two)
      if (verdict !== last.verdict) last = { verdict, since: performance.now() }
      return verdict !== null && performance.now() - last.since > 2_000
    },
    34_000,
  )
  if (last.verdict === null) throw new Error('they agreed a moment ago')
  return last.verdict
}

const obstacle = whyNoNamespaces()
describe.skipIf(obstacle !== null)('safety 3: kill -9 leaves both paired or neither', () => {
  async function survive(step: Step, given?: Two): Promise<Verdict> {
    const two = given ?? (await twoNodes())
    await step.upTo(two)
    await two[step.dies].die()
    step.meanwhile?.(two)
    await two[step.dies].live()
    return settled(two)
  }

  async function surviveAgain(step: Step): Promise<Verdict> {
    const two = await twoNodes()
    await bothPaired(two)
    return survive(step, two)
  }

  test.each(steps.map((step) => [step.dies, step.when, step] as const))(
    'the %s is killed %s',
    async (_dies, _when, step) => {
      expect(step.right).toContain(await survive(step))
    },
    90_000,
  )

  // Each of these takes the half minute for which an unproved device is kept.
  test('the joiner is killed between its proof and its trust', async () => {
    const all = await Promise.all(patient.map((step) => survive(step)))
    for (const [at, step] of patient.entries()) expect(step.right, step.when).toContain(all[at])
  }, 120_000)

  test('while two known devices pair again: they are paired and find each other, whoever dies', async () => {
    const all = await Promise.all(again.map(surviveAgain))
    for (const [at, step] of again.entries()) expect(step.right, step.when).toContain(all[at])
  }, 120_000)
})
