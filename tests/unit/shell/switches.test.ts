import { describe, expect, it } from 'vitest'
import { refuseDangerousSwitches } from '../../../electron/shell/switches.ts'

const start = (argument: string, driven = false, platform: NodeJS.Platform = 'linux') => {
  refuseDangerousSwitches(['gangway', argument], driven, platform)
}

describe('safety 33: dangerous switches are refused at start', () => {
  it.each([
    '--remote-debugging-port=9222',
    '--remote-debugging-port',
    '-remote-debugging-pipe',
    '--Remote-Debugging-Port=0',
    '--inspect',
    '--inspect-brk=127.0.0.1:1',
    '--inspect-publish-uid=http',
    '--no-sandbox',
    '--disable-web-security',
    '--load-extension=/x',
    '--js-flags=--allow-natives-syntax',
    '--user-data-dir=/x',
    '--host-resolver-rules=MAP * 127.0.0.1',
  ])('%s', (argument) => {
    expect(() => start(argument)).toThrow(/does not start with --/)
  })

  it('also in the way Windows writes them', () => {
    expect(() => start('/no-sandbox', false, 'win32')).toThrow('--no-sandbox')
    expect(() => start('/no-sandbox', false, 'linux')).not.toThrow()
  })

  it.each(['--data-dir=/no-sandbox', '--name=inspect', '--ozone-platform=wayland', '/opt/gangway'])(
    'and %s is not one',
    (argument) => expect(() => start(argument)).not.toThrow(),
  )

  it('a test may drive the app, and no more than that', () => {
    for (const needed of ['--inspect=0', '--remote-debugging-port=0', '--no-sandbox']) {
      expect(() => start(needed, true)).not.toThrow()
    }
    expect(() => start('--inspect-brk', true)).toThrow('--inspect-brk')
    expect(() => start('--disable-web-security', true)).toThrow('--disable-web-security')
  })
})
