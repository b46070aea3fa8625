import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../../electron/shell/options.ts'

describe('the command line of the desktop app', () => {
  it('has our flags, among those of Chromium', () => {
    const line = ['.', '--ozone-platform=x11', '--data-dir', '/p', '--name=Desk', '--lan-only']
    expect(parseOptions(line, {})).toEqual({
      dataDir: '/p',
      atLogin: false,
      overrides: { name: 'Desk', lanOnly: true },
    })
  })

  it('takes the folder where files land, as a whole path', () => {
    const { overrides } = parseOptions(['.', '--downloads', '/tmp/../in'], {})
    expect(overrides).toEqual({ downloads: '/in' })
  })

  it('wins over the environment, which says the same as to a headless node', () => {
    const env = { GANGWAY_NAME: 'Attic', GANGWAY_DOWNLOADS: '/in', GANGWAY_LAN_ONLY: 'yes' }
    expect(parseOptions(['.'], { ...env, GANGWAY_VISIBLE: '' }).overrides).toEqual({
      name: 'Attic',
      downloads: '/in',
      lanOnly: true,
    })
    const line = ['.', '--name', 'Desk', '--no-lan-only', '--visible', '--no-router-port']
    expect(parseOptions(line, env).overrides).toMatchObject({
      name: 'Desk',
      lanOnly: false,
      visible: true,
      routerPort: false,
    })
    expect(() => parseOptions(['.'], { GANGWAY_VISIBLE: 'perhaps' })).toThrow('neither yes nor no')
  })

  it('leaves to the settings what it does not say', () => {
    expect(parseOptions(['.'], {})).toEqual({ dataDir: undefined, atLogin: false, overrides: {} })
  })

  it.each([['--data-dir'], ['--downloads'], ['--name'], ['--name='], ['--name=a\u0000b']])(
    'refuses %j',
    (argument) => {
      expect(() => parseOptions([argument], {})).toThrow(/needs a/)
    },
  )
})
