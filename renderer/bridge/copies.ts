import { createStore, type StoreApi } from 'zustand/vanilla'
import { Fault, isCancellation } from '#shared/faults.ts'
import type { DeviceId } from '#shared/ids.ts'
import type { Link } from './link.ts'
import { upload } from './upload.ts'

export interface DroppedFile {
  /** As it is to arrive, folders included. */
  readonly path: string
  /** Null for a folder that is empty. */
  readonly file: File | null
}

export type CopyStep =
  | { readonly step: 'listing' }
  | { readonly step: 'copying' }
  | { readonly step: 'handing' }
  /** Without a fault there was nothing in it. */
  | { readonly step: 'failed'; readonly fault: Fault | null }

/** Files of a page in a browser, on their way into the Gangway of this computer. */
export type Copy = CopyStep & {
  readonly id: number
  readonly to: DeviceId
  readonly names: readonly string[]
  readonly files: number
  readonly doneFiles: number
  readonly bytes: number
  readonly totalBytes: number
  /** It was chosen as a folder, so that empty ones in it are not known. */
  readonly leavesOut: boolean
}

export interface Copies {
  readonly state: StoreApi<readonly Copy[]>
  begin(to: DeviceId, source: AsyncIterable<DroppedFile>, facts?: Pick<Copy, 'leavesOut'>): void
  again(id: number): void
  /** Stops it where it is, and removes what was copied. */
  cancel(id: number): void
}

interface Job {
  readonly files: { readonly path: string; readonly file: File }[]
  /** Those that are empty; the others come with their files. */
  readonly folders: string[]
  readonly source: AsyncIterable<DroppedFile>
  stop: AbortController
  isListed: boolean
}

const hands = 2
/** Progress is shown this often, however fast the disk. */
const showEveryMs = 100

/** Lives beside the screens: a copy goes on while the person looks at another one. */
export function keepCopies(link: Pick<Link, 'call'>): Copies {
  const state = createStore<readonly Copy[]>(() => [])
  const jobs = new Map<number, Job>()
  let next = 1

  const change = (id: number, news: Partial<Copy>) =>
    state.setState(
      state.getState().map((copy) => (copy.id === id ? ({ ...copy, ...news } as Copy) : copy)),
      true,
    )
  const remove = (id: number) => {
    jobs.delete(id)
    state.setState(
      state.getState().filter((copy) => copy.id !== id),
      true,
    )
  }

  async function run(id: number, to: DeviceId, job: Job): Promise<void> {
    const { signal } = job.stop
    let drop: string | null = null
    try {
      await list(id, job, signal)
      drop = (await link.call('drop.begin', {})).drop
      for (const path of job.folders) {
        job.stop.signal.throwIfAborted()
        await link.call('drop.folder', { drop, path })
      }
      await copyAll(id, drop, job)
      change(id, { step: 'handing' })
      await link.call('drop.send', { drop, to })
      remove(id)
    } catch (error) {
      // Others of it may still be under way.
      job.stop.abort()
      if (drop !== null) await link.call('drop.discard', { drop }).catch(() => {})
      if (isCancellation(error)) remove(id)
      else
        change(id, {
          step: 'failed',
          fault: error instanceof Nothing ? null : Fault.of(error),
        })
    }
  }

  async function list(id: number, job: Job, signal: AbortSignal): Promise<void> {
    if (job.isListed) return
    const names = new Set<string>()
    let totalBytes = 0
    let shownAt = 0
    const show = () => change(id, { names: [...names], files: job.files.length, totalBytes })
    for await (const dropped of job.source) {
      signal.throwIfAborted()
      const { path, file } = dropped
      names.add(path.split('/')[0] ?? path)
      if (file) job.files.push({ path, file })
      else job.folders.push(path)
      totalBytes += file?.size ?? 0
      if (performance.now() - shownAt < showEveryMs) continue
      shownAt = performance.now()
      show()
    }
    show()
    signal.throwIfAborted()
    if (job.files.length + job.folders.length === 0) throw new Nothing()
    job.isListed = true
  }

  async function copyAll(id: number, drop: string, { files, stop }: Job): Promise<void> {
    const { signal } = stop
    const waiting = files.values()
    let doneFiles = 0
    let doneBytes = 0
    const partly = new Map<string, number>()
    let shownAt = 0
    const show = () => {
      if (performance.now() - shownAt < showEveryMs) return
      shownAt = performance.now()
      const bytes = [...partly.values()].reduce((sum, part) => sum + part, doneBytes)
      change(id, { step: 'copying', doneFiles, bytes })
    }
    change(id, { step: 'copying', doneFiles: 0, bytes: 0 })
    const hand = async () => {
      for (const { path, file } of waiting) {
        const onProgress = (bytes: number) => {
          partly.set(path, Math.min(bytes, file.size))
          show()
        }
        await upload({ drop, path, file, signal, onProgress })
        partly.delete(path)
        doneFiles += 1
        doneBytes += file.size
        show()
      }
    }
    await Promise.all(Array.from({ length: hands }, hand))
  }

  return {
    state,
    begin(to, source, { leavesOut } = { leavesOut: false }) {
      const id = next++
      const job = { files: [], folders: [], source, stop: new AbortController(), isListed: false }
      jobs.set(id, job)
      const none = { names: [], files: 0, doneFiles: 0, bytes: 0, totalBytes: 0 }
      state.setState([...state.getState(), { id, to, ...none, leavesOut, step: 'listing' }], true)
      void run(id, to, job)
    },
    again(id) {
      const job = jobs.get(id)
      const copy = state.getState().find((known) => known.id === id)
      if (!job || copy?.step !== 'failed') return
      job.stop = new AbortController()
      change(id, { step: 'copying', doneFiles: 0, bytes: 0 })
      void run(id, copy.to, job)
    },
    cancel(id) {
      const copy = state.getState().find((known) => known.id === id)
      jobs.get(id)?.stop.abort()
      if (copy?.step === 'failed') remove(id)
    },
  }
}

/** What was dropped has neither a file nor a folder. */
class Nothing extends Error {}
