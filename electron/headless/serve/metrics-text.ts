import type { Core } from '#core/core.ts'

type Snapshot = ReturnType<Core['metrics']['snapshot']>
type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number]

/** What the process itself costs; the rest is known to the core. */
export interface ProcessFacts {
  readonly version: string
  readonly node: string
  readonly loopDelayP99Seconds: number
  readonly cpuSeconds: number
  readonly residentBytes: number
}

/** The text format of Prometheus, version 0.0.4. */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

export function metricsText(snapshot: Snapshot, process: ProcessFacts): string {
  const { version, node } = process
  return [
    family('gangway_build_info', 'gauge', 'Which Gangway this is.', [[{ version, node }, 1]]),
    single('gangway_uptime_seconds', 'gauge', 'Since the start.', snapshot.uptimeSeconds),
    labelled('gangway_devices', 'gauge', 'Paired devices.', 'state', snapshot.devices),
    labelled('gangway_sessions', 'gauge', 'Sessions that are open.', 'protocol', snapshot.sessions),
    labelled(
      'gangway_sessions_opened_total',
      'counter',
      'Sessions that were opened.',
      'protocol',
      snapshot.sessionsOpened,
    ),
    labelled(
      'gangway_transfers',
      'gauge',
      'Transfers under way, and those that ended since the start.',
      'state',
      snapshot.transfers,
    ),
    family(
      'gangway_lane_bytes_total',
      'counter',
      'Bytes of files that crossed lanes, repeated ones too.',
      [...snapshot.laneBytes].map(([use, bytes]) => {
        const [lane = '', direction = ''] = use.split(' ')
        return [{ lane, direction }, bytes]
      }),
    ),
    labelled(
      'gangway_pairing_failures_total',
      'counter',
      'Pairings that did not come about, by the code of the fault.',
      'code',
      snapshot.pairingFailures,
    ),
    single(
      'gangway_event_loop_delay_p99_seconds',
      'gauge',
      'How late the main thread was, since the last look.',
      process.loopDelayP99Seconds,
    ),
    single('process_cpu_seconds_total', 'counter', 'CPU time of this process.', process.cpuSeconds),
    single(
      'process_resident_memory_bytes',
      'gauge',
      'Memory of this process.',
      process.residentBytes,
    ),
  ].join('')
}

function single(name: string, type: 'gauge' | 'counter', help: string, value: number): string {
  return family(name, type, help, [[{}, value]])
}

function labelled(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  label: string,
  counts: ReadonlyMap<string, number>,
): string {
  const samples = [...counts].map(([key, value]): Sample => [{ [label]: key }, value])
  return family(name, type, help, samples)
}

function family(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: readonly Sample[],
): string {
  const lines = samples.map(([labels, value]) => `${name}${written(labels)} ${value}`)
  const head = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
  return [...head, ...lines].map((line) => `${line}\n`).join('')
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
