import { good, notice, type Check, type Finding } from '../check.ts'
import type { DoctorParts } from '../parts.ts'

/** Whether the router would let others in when files come from elsewhere; it is asked for nothing. */
export function routerCheck({ lookAtRouter }: DoctorParts): Check {
  return {
    id: 'router',
    deadlineMs: 4_500,
    look: (signal) => lookAtRouter(signal).then(findingOf),
  }
}

function findingOf(facts: Awaited<ReturnType<DoctorParts['lookAtRouter']>>): Finding {
  switch (facts.state) {
    case 'off':
      return good('router.off')
    case 'unknown':
      return good('router.unknown')
    case 'silent':
      return notice('router.silent')
    case 'speaks':
      return facts.isPublic === false
        ? notice('router.behind', { protocol: facts.protocol })
        : good('router.opens', { protocol: facts.protocol })
    default:
      return facts satisfies never
  }
}
