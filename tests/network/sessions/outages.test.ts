import { describe, expect, test } from 'vitest'
import { closing } from '../../support/closing.ts'
import { drive, pairByWords, type DrivenNode } from '../../support/driven-node.ts'
import { openCable, whyNoNamespaces, type Namespace } from '../../support/namespaces.ts'
import { startNode } from '../../support/node-process.ts'
import { until } from '../../support/until.ts'

/** `npm run soak:sleep` waits as long as people do; here the same takes less. */
const secondsOf = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const outageMs = secondsOf('GANGWAY_SOAK_OUTAGE_S', 30) * 1_000
const sleepMs = secondsOf('GANGWAY_SOAK_SLEEP_S', 0) * 1_000
const promisedMs = 5_000

const own = closing()
const obstacle = whyNoNamespaces()
if (obstacle) console.log(`not run: ${obstacle}`)

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function nodeIn({ name }: Namespace, word: string): Promise<DrivenNode> {
  const args = ['--name', word, '--log-level', 'debug']
  const node = own(await startNode({ prefix: ['ip', 'netns', 'exec', name], args }))
  return own(await drive(node))
}

/** Sessions for messages that are open by this node's own account. */
function openSessions({ node }: DrivenNode): number {
  const lines = node.said.stderr.split('\n').filter((line) => line.includes('gangway/message/1'))
  const count = (what: string) => lines.filter((line) => line.includes(what)).length
  return count('session open') - count('session closed')
}

async function twoComputers() {
  const cable = openCable()
  own({ close: () => cable[Symbol.dispose]() })
  const [here, there] = cable.ends
  here.ip('addr', 'add', '192.0.2.10/24', 'dev', here.nic)
  there.ip('addr', 'add', '192.0.2.11/24', 'dev', there.nic)
  const ada = await nodeIn(here, 'Ada')
  const bob = await nodeIn(there, 'Bob')
  await pairByWords(ada, bob)
  /** A text, and the acknowledgement that it came, each way. */
  const talk = async () => {
    const say = ({ client }: DrivenNode, { node }: DrivenNode) =>
      client.call('text.send', { to: node.ready.deviceId, text: 'Are you there?' })
    await Promise.all([say(ada, bob), say(bob, ada)])
  }
  await talk()
  /** How long until both hear each other again. */
  const backAfter = async (what: string, change: () => void) => {
    change()
    const began = performance.now()
    await talk()
    const took = performance.now() - began
    console.log(`${what}: both hear each other again after ${took.toFixed(0)} ms`)
    const one = () => openSessions(ada) === 1 && openSessions(bob) === 1
    await until('there is one session at each end, and no other', one, promisedMs)
    return took
  }
  return { here, there, ada, bob, backAfter }
}

describe.skipIf(obstacle !== null)('safety 25: a session returns by itself within 5 s', () => {
  test(
    'after an address changed, a link was down, a computer slept; there is never a second one',
    async () => {
      const { here, there, bob, backAfter } = await twoComputers()
      const moved = await backAfter('another address', () => {
        there.ip('addr', 'del', '192.0.2.11/24', 'dev', there.nic)
        there.ip('addr', 'add', '192.0.2.12/24', 'dev', there.nic)
      })
      expect(moved).toBeLessThan(promisedMs)

      here.ip('link', 'set', here.nic, 'down')
      await pause(outageMs)
      const linked = await backAfter(`link down for ${outageMs / 1_000} s`, () => {
        here.ip('link', 'set', here.nic, 'up')
      })
      expect(linked).toBeLessThan(promisedMs)

      if (sleepMs === 0) return
      process.kill(bob.node.pid, 'SIGSTOP')
      await pause(sleepMs)
      const woken = await backAfter(`stopped for ${sleepMs / 1_000} s`, () => {
        process.kill(bob.node.pid, 'SIGCONT')
      })
      expect(woken).toBeLessThan(promisedMs)
    },
    120_000 + outageMs + sleepMs,
  )
})
