import { expect, test } from 'vitest'
import { metricsText } from '../../../electron/headless/serve/metrics-text.ts'

const nothing = {
  uptimeSeconds: 61.5,
  devices: new Map(),
  sessions: new Map(),
  sessionsOpened: new Map(),
  transfers: new Map(),
  laneBytes: new Map(),
  pairingFailures: new Map(),
}
const facts = {
  version: '1.2.3',
  node: 'v20.20.0',
  loopDelayP99Seconds: 0.0021,
  cpuSeconds: 1.25,
  residentBytes: 90_000_000,
}

/** As the text format is specified: one HELP and one TYPE before the samples of each name. */
function parsed(text: string) {
  const families = new Map<string, { type: string; samples: string[] }>()
  let name = ''
  for (const line of text.trimEnd().split('\n')) {
    const help = /^# HELP (\S+) \S.*$/.exec(line)
    const type = /^# TYPE (\S+) (gauge|counter)$/.exec(line)
    if (help) name = help[1] ?? ''
    else if (type) {
      expect(type[1]).toBe(name)
      expect(families.has(name)).toBe(false)
      families.set(name, { type: type[2] ?? '', samples: [] })
    } else {
      const sample = /^([a-z_0-9]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\S+)$/.exec(line)
      expect(sample?.[1], line).toBe(name)
      expect(Number(sample?.[3]), line).not.toBeNaN()
      families.get(name)?.samples.push(line)
    }
  }
  return families
}

test('every metric has its help and its type, and a line feed ends it', () => {
  const text = metricsText(
    {
      ...nothing,
      sessions: new Map([['gangway/message/1', 2]]),
      transfers: new Map([
        ['moving', 1],
        ['done', 0],
      ] as const),
      laneBytes: new Map([
        ['tcp sent', 5],
        ['quic received', 7],
      ] as const),
      pairingFailures: new Map([['pairing.failed', 3]] as const),
    },
    facts,
  )
  expect(text.endsWith('\n')).toBe(true)
  const families = parsed(text)
  expect(families.get('gangway_sessions')?.samples).toEqual([
    'gangway_sessions{protocol="gangway/message/1"} 2',
  ])
  expect(families.get('gangway_lane_bytes_total')).toEqual({
    type: 'counter',
    samples: [
      'gangway_lane_bytes_total{lane="tcp",direction="sent"} 5',
      'gangway_lane_bytes_total{lane="quic",direction="received"} 7',
    ],
  })
  expect(families.get('gangway_pairing_failures_total')?.samples).toEqual([
    'gangway_pairing_failures_total{code="pairing.failed"} 3',
  ])
  for (const [name, { type }] of families) expect(name.endsWith('_total')).toBe(type === 'counter')
})

test('labels are escaped', () => {
  const text = metricsText(nothing, { ...facts, version: 'a"b\\c\nd' })
  expect(text).toContain('gangway_build_info{version="a\\"b\\\\c\\nd",node="v20.20.0"} 1\n')
  parsed(text)
})
