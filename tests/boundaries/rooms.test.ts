import { describe, expect, test } from 'vitest'
import {
  importsOf,
  moduleGraph,
  rooms,
  sourceFiles,
  violationsIn,
} from '../../scripts/boundaries.js'

const breaches = [
  ['core imports electron', 'electron/core/base/x.ts', "import { app } from 'electron'"],
  [
    'transfers know of pairing',
    'electron/core/transfers/x.ts',
    "import { join } from '../pairing/join.ts'",
  ],
  ['headless imports electron', 'electron/headless/x.ts', "import type { App } from 'electron'"],
  ['renderer imports Node', 'renderer/x.ts', "import { readFileSync } from 'node:fs'"],
  ['renderer imports core', 'renderer/x.ts', "import { openCore } from '#core/core.ts'"],
  ['shared imports core', 'shared/x.ts', "export { openCore } from '../electron/core/core.ts'"],
  ['core imports React', 'electron/core/x.ts', "const react = await import('react')"],
  ['core imports the shell', 'electron/core/x.ts', "import '../shell/main.ts'"],
  ['headless imports the shell', 'electron/headless/x.ts', "import '../shell/window.ts'"],
  ['only endpoint imports iroh', 'electron/core/protocols/x.ts', "import '@number0/iroh'"],
  ['base imports keys', 'electron/core/base/x.ts', "import type { K } from '../keys/k.ts'"],
  ['wire imports endpoint', 'electron/core/wire/x.ts', "type E = import('../endpoint/e.ts').E"],
  ['a file outside every room', 'electron/x.ts', ''],
] as const

describe('the walls of the house', () => {
  test('stand today', () => {
    expect(violationsIn(sourceFiles())).toEqual([])
  })

  test.each(breaches)('%s: refused', (_name, path, source) => {
    expect(violationsIn(new Map([[path, source]]))).toHaveLength(1)
  })

  test('what is allowed passes', () => {
    const files = new Map([
      ['electron/core/endpoint/x.ts', "import '@number0/iroh'; import '../wire/frames.ts'"],
      ['electron/shell/x.ts', "import 'electron'; import '#core/core.ts'"],
      ['renderer/x.tsx', "import 'react'; import '#shared/faults.ts'"],
    ])
    expect(violationsIn(files)).toEqual([])
  })

  test('every room that reaches another names one that exists', () => {
    const paths = [...sourceFiles().keys()]
    for (const { room, reaches } of rooms) {
      for (const target of [room, ...reaches]) {
        expect(
          paths.some((path) => path === target || path.startsWith(`${target}/`)),
          target,
        ).toBe(true)
      }
    }
  })

  test('the headless entry can run where there is no Electron and no React', () => {
    const { files, packages } = moduleGraph('electron/headless/cli/main.ts')
    expect(files.size).toBeGreaterThan(20)
    for (const name of packages) expect(name).not.toMatch(/^(electron|react|playwright)/)
    for (const file of files) expect(file).not.toMatch(/^(electron\/shell|renderer)\//)
  })

  test('every way of importing is seen', () => {
    const source = `
      import a from 'a'; import type { B } from 'b'; export * from 'c'; export { d } from 'd'
      import 'e'; const f = import('f'); type G = import('g').G; export * as h from 'h'`
    expect(importsOf('x.ts', source).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  })
})
