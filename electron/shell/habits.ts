import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { habitsSchema, type Habits } from '#shared/desktop.ts'
import { Fault } from '#shared/faults.ts'

/** What a person chose for the app on this desktop, in a file beside the profile's store. */

const standard: Habits = { stay: true, startAtLogin: false, updates: false }

/** `toldStaying`: that a closed window is no end needs saying once. */
const keptSchema = z.object({
  ...habitsSchema.partial().shape,
  toldStaying: z.boolean().optional(),
})
type Kept = z.infer<typeof keptSchema>

export interface HabitsKeeper {
  readonly value: Habits
  readonly toldStaying: boolean
  change(news: Kept): void
}

export function openHabits(dataDir: string): HabitsKeeper {
  const file = join(dataDir, 'desktop.json')
  let kept = read(file)
  return {
    get value() {
      return {
        stay: kept.stay ?? standard.stay,
        startAtLogin: kept.startAtLogin ?? standard.startAtLogin,
        updates: kept.updates ?? standard.updates,
      }
    },
    get toldStaying() {
      return kept.toldStaying ?? false
    },
    change(news) {
      const next = keptSchema.parse({ ...kept, ...news })
      write(file, next, dataDir)
      kept = next
    },
  }
}

/** A file that is missing or damaged is as good as none: nothing in it is worth a question. */
function read(file: string): Kept {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

function write(file: string, kept: Kept, folder: string): void {
  const aside = `${file}.new`
  try {
    writeFileSync(aside, JSON.stringify(kept), { mode: 0o600 })
    renameSync(aside, file)
  } catch (cause) {
    throw new Fault('profile.unwritable', { folder }, { cause })
  }
}
