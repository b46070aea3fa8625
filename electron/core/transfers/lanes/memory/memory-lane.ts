import type { Clock } from '../../../base/clock.ts'
import { FramedLane } from '../framed-lane.ts'
import { greetAsDialler, greetAsListener, helloLength, type Role } from '../greeting.ts'
import { Inlet } from '../inlet.ts'
import type { Lane, LaneKeys } from '../lane.ts'
import { memoryPipes } from './memory-pipe.ts'

/** Two ends in one thread, sealed like any other lane: for tests of what uses lanes. */
export async function openMemoryLanes(
  dialler: LaneKeys,
  listener: LaneKeys,
  clock: Clock,
): Promise<{ readonly dialler: Lane; readonly listener: Lane }> {
  const [here, there] = memoryPipes()
  const [inletHere, inletThere] = [new Inlet(here), new Inlet(there)]
  const claim = () => true
  const contest = (keys: LaneKeys, role: Role) => ({ keys, role, claim })
  const greeting = async () => {
    const hello = await inletThere.take(helloLength)
    return greetAsListener(there, inletThere, hello, contest(listener, 'follows'))
  }
  try {
    const [keysHere, keysThere] = await Promise.all([
      greetAsDialler(here, inletHere, contest(dialler, 'decides')),
      greeting(),
    ])
    return {
      dialler: new FramedLane({ pipe: here, inlet: inletHere, keys: keysHere, clock }),
      listener: new FramedLane({ pipe: there, inlet: inletThere, keys: keysThere, clock }),
    }
  } catch (error) {
    await Promise.all([here.destroy(), there.destroy()])
    throw error
  }
}
