import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { globalOptions } from '../../../electron/headless/cli/help.ts'
import { environmentName } from '#core/base/environment.ts'
import { serve } from '../../../electron/headless/cli/serve.ts'

test('docs/headless.md lists every setting of serve, by flag and by environment', () => {
  const paper = readFileSync('docs/headless.md', 'utf8')
  const told = [...paper.matchAll(/^\| `--([a-z-]+)[^`]*` +\| `(GANGWAY_[A-Z_]+)` +\|/gm)]
  const { json: _, ...everywhere } = globalOptions
  const flags = Object.keys({ ...everywhere, ...serve.options })
  expect(told.map(([, flag, name]) => `${flag} ${name}`).toSorted()).toEqual(
    flags.map((flag) => `${flag} ${environmentName(flag)}`).toSorted(),
  )
})
