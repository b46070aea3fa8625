import { isMainThread, Worker } from 'node:worker_threads'
import { openEnds } from '../../support/lane-ends.ts'

/** Threads that used a quic lane end one after the other; prints how many, if that many were survived. */
const rounds = 6

async function useLane(): Promise<void> {
  const ends = await openEnds.quic()
  const waiting = Promise.allSettled([ends.here.receive(), ends.there.receive()])
  await ends.here.send([Buffer.from('something')])
  // Every other time a lane is in the middle of something.
  const sending = ends.there.send([new Uint8Array(500_000)]).catch(() => {})
  await ends.close()
  await Promise.all([waiting, sending])
}

if (isMainThread) {
  for (let round = 0; round < rounds; round++) {
    const worker = new Worker(new URL(import.meta.url))
    const code = await new Promise<number>((resolve, reject) => {
      worker.once('error', reject).once('exit', resolve)
    })
    if (code !== 0) throw new Error(`a thread ended with ${code}`)
  }
  console.log(`survived ${rounds}`)
} else {
  await useLane()
  process.exit(0)
}
