import type { Candidate, PairingStage, ShownCode } from '#shared/devices.ts'
import { Fault, type FaultCode } from '#shared/faults.ts'
import type { fakeApi } from './fake-api.ts'
import { fakeId } from './fake-devices.ts'

export const fakeWords = ['brave', 'lion', 'sunset', 'orbit', 'maple']

export function fakeCode(rest: Partial<ShownCode> = {}): ShownCode {
  return {
    words: fakeWords,
    phrase: fakeWords.join(' '),
    link: `gangway://pair?v=1&host=${fakeId(1)}&secret=c2VjcmV0LXNlY3JldC1zZQ&at=192.0.2.7:41234`,
    addresses: ['192.0.2.7:41234'],
    expiresAt: Date.now() + 224_000,
    triesLeft: 3,
    ...rest,
  }
}

export const fakeCandidate: Candidate = {
  id: fakeId(0x51),
  name: 'Studio',
  kind: 'desktop',
  fingerprint: 'harbor · cloth · ginger · swift',
}

/** The next stage of the attempt under way. */
export function stage(fake: ReturnType<typeof fakeApi>, next: PairingStage): void {
  fake.pairing.set({ attempt: fake.pairing.value.attempt, ...next })
}

export function showing(fake: ReturnType<typeof fakeApi>, rest: Partial<ShownCode> = {}): void {
  stage(fake, { state: 'showing', code: fakeCode(rest) })
}

export function asking(fake: ReturnType<typeof fakeApi>, name = fakeCandidate.name): void {
  const device = { ...fakeCandidate, name }
  stage(fake, { state: 'asking', prompt: 'a-prompt', device, expiresAt: Date.now() + 52_000 })
}

export function failing(fake: ReturnType<typeof fakeApi>, code: FaultCode): void {
  stage(fake, { state: 'failed', fault: new Fault(code).toRecord() })
}
