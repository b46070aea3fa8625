import type { FileOutcome } from './ledger.ts'
import { Marks } from './marks.ts'

const [failedMark, skippedMark] = [-1, -2]

interface FileCounts {
  doneFiles: number
  skippedFiles: number
  failedFiles: number
}

/** What was told of the files of a transfer: each counts once, as what became of it last. */
export class Told {
  #marks = new Marks()

  isNews(file: FileOutcome): boolean {
    return this.#marks.get(file.sent) !== markOf(file)
  }

  /** These and no others were told. */
  reset(files: readonly FileOutcome[]): void {
    this.#marks = new Marks()
    for (const file of files) this.#marks.set(file.sent, markOf(file))
  }

  /** How they change the counts. */
  add(files: readonly FileOutcome[]): FileCounts {
    const change = { doneFiles: 0, skippedFiles: 0, failedFiles: 0 }
    for (const file of files) {
      const [before, mark] = [this.#marks.get(file.sent), markOf(file)]
      if (before !== undefined) change[counterOf(before)]--
      change[counterOf(mark)]++
      this.#marks.set(file.sent, mark)
    }
    return change
  }
}

/** What tells one outcome of a file from another: so much of its hash where it has landed. */
function markOf({ state, blake3 }: FileOutcome): number {
  if (state === 'failed') return failedMark
  return state === 'skipped' ? skippedMark : Number.parseInt(blake3?.slice(0, 13) || '0', 16)
}

function counterOf(mark: number): keyof FileCounts {
  if (mark === failedMark) return 'failedFiles'
  return mark === skippedMark ? 'skippedFiles' : 'doneFiles'
}
