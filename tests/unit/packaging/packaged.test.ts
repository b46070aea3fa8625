import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packagedFiles, unneededIn } from '../../../scripts/packaged.js'

const built = [
  'dist/shell/main.js',
  'dist/shell/preload.cjs',
  'dist/shell/mover.js',
  'dist/shell/quic-end-BYm0GMr9.js',
  'dist/shell/icons/tray@2x.png',
  'dist/renderer/index.html',
  'dist/renderer/assets/index-BYm0GMr9.js',
  'dist/renderer/assets/inter-latin.woff2',
]
const stray = [
  'dist/shell/main.js.map',
  'dist/headless/cli.js',
  'dist/.stamp',
  'dist/renderer/assets/index-BYm0GMr9.js.map',
]

describe('the packaged app', () => {
  const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')

  it.each([
    { platform: 'linux', arch: 'x64' },
    { platform: 'darwin', arch: 'arm64' },
    { platform: 'win32', arch: 'x64' },
  ] as const)(
    'holds what it runs on and nothing else: no sources, tests, maps, papers or builds for other systems ($platform $arch)',
    (target) => {
      const files = packagedFiles(target, [...tracked, ...built, ...stray])
      expect(unneededIn(files, target)).toEqual([])
      const own = files.filter((path) => !path.startsWith('node_modules/'))
      expect(own).toEqual(['LICENSE', ...built, 'package.json'].sort())
      expect(files).toContain('node_modules/zod/package.json')
      expect(files.some((path) => path.startsWith('node_modules/vite/'))).toBe(false)
      const levels = files.filter((path) => /classic-level\/prebuilds/.test(path))
      expect(levels).toHaveLength(1)
      expect(levels[0]).toContain(target.platform)
    },
  )

  it('would be caught with anything more in it', () => {
    const more = [
      ...stray,
      'electron/shell/main.ts',
      'node_modules/zod/README.md',
      'node_modules/zod/src/index.ts',
      'node_modules/ws/test/a.js',
      'node_modules/classic-level/prebuilds/win32-x64/classic-level.node',
      'node_modules/classic-level/prebuilds/linux-arm64/classic-level.node',
    ]
    expect(unneededIn(more, { platform: 'linux', arch: 'x64' })).toEqual(more)
  })

  it('safety 33: has its fuses set, its archive checked, and the hardened runtime', () => {
    const config = parse(readFileSync('electron-builder.yml', 'utf8')) as {
      electronFuses: Record<string, boolean>
      asar: boolean
      mac: { hardenedRuntime: boolean; entitlements: string }
      publish: null
    }
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    })
    expect([config.asar, config.mac.hardenedRuntime, config.publish]).toEqual([true, true, null])
    const rights = readFileSync(config.mac.entitlements, 'utf8').match(/<key>.*<\/key>/g)
    expect(rights).toEqual(['<key>com.apple.security.cs.allow-jit</key>'])
  })
})
