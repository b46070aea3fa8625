import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { isDeviceId } from '#shared/ids.ts'
import { createLog, formatLine, Public, type LogFields, type LogLine } from '#core/base/log.ts'
import { rotatingFileSink } from '#core/base/log-file.ts'

function recorder() {
  const lines: LogLine[] = []
  return { lines, sink: { write: (line: LogLine) => void lines.push(line), close: () => {} } }
}

describe('the log', () => {
  test('safety 6: what nobody declared public is not written, even past the types', () => {
    const { lines, sink } = recorder()
    const canary = 'canary-Quarterly report.docx'
    const sneaky = {
      text: canary,
      nested: { text: canary },
      list: [canary],
      error: new Error(`ENOENT: no such file, open '${canary}'`),
      fault: new Fault('profile.unwritable', { folder: canary }, { cause: new Error(canary) }),
    } as unknown as LogFields
    createLog('debug', [sink]).error('failed', sneaky)
    expect(JSON.stringify(lines)).not.toContain('canary')
    expect(lines[0]?.fields).toMatchObject({
      text: '[private]',
      fault: { fault: 'profile.unwritable' },
    })
  })

  test('what helps is written: numbers, constants, short ids, fault codes, where an error was', () => {
    const { lines, sink } = recorder()
    const id = 'ab'.repeat(32)
    if (!isDeviceId(id)) throw new Error('unreachable')
    const error = Object.assign(new TypeError('x'), { code: 'ENOENT' })
    createLog('info', [sink], () => new Date(0))
      .room('sessions')
      .info('connected', { n: 1, path: new Public('lan'), peer: id, error })
    expect(lines[0]).toMatchObject({
      room: 'sessions',
      fields: {
        n: 1,
        path: 'lan',
        peer: 'abababab',
        error: { error: 'TypeError', code: 'ENOENT' },
      },
    })
    expect(JSON.stringify(lines[0]?.fields['error'])).toContain('log.test.ts:')
    expect(lines.map(formatLine).join()).toMatch(
      /^00:00:00 info {2}sessions: connected n=1 path=lan/,
    )
  })

  test('lines below the level cost nothing and go nowhere', () => {
    const { lines, sink } = recorder()
    const log = createLog('warn', [sink])
    log.info('quiet')
    log.warn('loud')
    expect(lines.map(({ event }) => event)).toEqual(['loud'])
  })
})

describe('the log file', () => {
  let folder = ''
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gangway-log-'))))
  afterEach(() => rmSync(folder, { recursive: true }))

  test('rotates, keeps what was written last, and never grows past its bound', () => {
    const file = join(folder, 'logs', 'gangway.log')
    const log = createLog('info', [rotatingFileSink({ file, maxBytes: 2_000, keep: 3 })])
    for (let n = 0; n < 200; n++) log.info('line', { n })
    const files = readdirSync(join(folder, 'logs')).sort()
    expect(files).toEqual(['gangway.log', 'gangway.log.1', 'gangway.log.2'])
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ fields: { n: 199 } })
    for (const name of files) {
      const { size, mode } = statSync(join(folder, 'logs', name))
      expect(size).toBeLessThanOrEqual(2_000)
      expect(mode & 0o777).toBe(0o600)
    }
  })

  test('a log that cannot be written stops nobody', () => {
    const log = createLog('info', [rotatingFileSink({ file: '/dev/null/x/gangway.log' })])
    expect(() => log.info('line')).not.toThrow()
  })
})
