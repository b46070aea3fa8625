import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { powerOf, stateOfThisComputer } from '#core/messages/this-state.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const battery = (status: string) => ({ BAT0: { type: 'Battery', status } })
const mains = (online: string) => ({ AC: { type: 'Mains', online } })

test.each<[string, Record<string, Record<string, string>>]>([
  ['unknown', {}],
  ['battery', battery('Discharging')],
  ['battery', { ...battery('Discharging'), ...mains('0') }],
  ['mains', { ...battery('Charging'), ...mains('1') }],
  ['mains', { ...battery('Discharging'), ...mains('1') }],
  ['mains', battery('Full')],
  ['unknown', mains('0')],
])('%s is what %j says', async (power, supplies) => {
  using folder = temporaryFolder()
  for (const [supply, files] of Object.entries(supplies)) {
    mkdirSync(join(folder.path, supply))
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder.path, supply, name), `${text}\n`)
    }
  }
  expect(await powerOf(folder.path)).toBe(power)
})

test('a system that does not tell is unknown', async () => {
  expect(await powerOf('/nowhere/at/all')).toBe('unknown')
  const state = await stateOfThisComputer()
  expect(Object.keys(state).sort()).toEqual(['freeBytes', 'load', 'power'])
})
