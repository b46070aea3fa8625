import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { sourceFiles } from '../../scripts/boundaries.js'

const landing = 'electron/core/transfers/landing/'

/** What reads or only asks. `open` is here because what it may do stands in its flags. */
const readOnly =
  /^(?:exists|l?stat|fstat|statfs|read|readdir|opendir|readlink|realpath|open|close|access|constants|Stats|Dirent|BigIntStats)(?:Sync)?$/
/** Flags with which `open` makes or changes a file. */
const writing = /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)|open(?:Sync)?\([^)]*['"][wa]|['"]r\+/

/** The folder a person never chose is made when it is missing; no received byte is in that. */
const allowed = new Set(['electron/core/transfers/destination.ts: mkdir'])

function writesIn(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  for (const [path, source] of files) {
    if (!path.startsWith('electron/core/transfers/') || path.startsWith(landing)) continue
    for (const { moduleRequest, entries } of parseSync(path, source).module.staticImports) {
      if (!/^(?:node:)?fs(?:\/promises)?$/.test(moduleRequest.value)) continue
      for (const { importName } of entries) {
        const name = importName.name ?? 'everything'
        if (!readOnly.test(name) && !allowed.has(`${path}: ${name}`)) found.push(`${path}: ${name}`)
      }
    }
    const flag = writing.exec(source)
    if (flag) found.push(`${path}: ${flag[0]}`)
  }
  return found
}

describe('safety 13: received files are written in one place', () => {
  test('nothing in transfers but landing can write a file', () => {
    expect(writesIn(sourceFiles())).toEqual([])
  })

  test.each([
    ["import { writeFile } from 'node:fs/promises'", 'writeFile'],
    ["import { createWriteStream } from 'fs'", 'createWriteStream'],
    ["import * as fs from 'node:fs'", 'everything'],
    ["import { openSync } from 'node:fs'; openSync(path, 'w')", "openSync(path, 'w"],
    ['const flags = constants.O_RDWR', 'O_RDWR'],
  ])('%s: noticed', (source, found) => {
    const path = 'electron/core/transfers/movers/x.ts'
    expect(writesIn(new Map([[path, source]]))).toEqual([`${path}: ${found}`])
  })
})
