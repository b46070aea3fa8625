import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { kindOfThisComputer, nameOfThisComputer, profileFolder } from '#core/base/this-computer.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('what every host finds out the same way', () => {
  it('the profile is where somebody says, else where the system keeps such', () => {
    const env = { GANGWAY_DATA_DIR: '/env' }
    expect(profileFolder('/asked', env, 'linux', '/home/a')).toBe('/asked')
    expect(profileFolder(undefined, env, 'linux', '/home/a')).toBe('/env')
    expect(profileFolder(undefined, {}, 'linux', '/home/a')).toBe('/home/a/.local/share/gangway')
    expect(profileFolder(undefined, { XDG_DATA_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/gangway')
    expect(profileFolder(undefined, { XDG_DATA_HOME: 'x' }, 'linux', '/home/a')).toBe(
      '/home/a/.local/share/gangway',
    )
    expect(profileFolder(undefined, {}, 'darwin', '/Users/a')).toBe(
      '/Users/a/Library/Application Support/Gangway',
    )
  })

  it('the first name is the computer’s, when people can read it', () => {
    expect(nameOfThisComputer('studio.local')).toBe('studio')
    expect(nameOfThisComputer('')).toBe('My computer')
    expect(nameOfThisComputer('a\u202eb')).toBe('My computer')
    expect(nameOfThisComputer('x'.repeat(200))).toHaveLength(64)
  })

  it('the chassis tells its kind, where there is one to ask', () => {
    using folder = temporaryFolder()
    expect(kindOfThisComputer('laptop', folder.path)).toBe('laptop')
    mkdirSync(join(folder.path, 'dmi/id'), { recursive: true })
    for (const [type, kind] of [
      ['3', 'desktop'],
      ['23', 'server'],
      ['10', 'laptop'],
      ['nonsense', 'laptop'],
    ]) {
      writeFileSync(join(folder.path, 'dmi/id/chassis_type'), `${type}\n`)
      expect(kindOfThisComputer('laptop', folder.path)).toBe(kind)
    }
  })
})
