import { monitorEventLoopDelay } from 'node:perf_hooks'
import { memoryUsage, cpuUsage, version as nodeVersion } from 'node:process'
import type { PairedDevice } from '#shared/devices.ts'
import type { Api } from '#shared/contract.ts'
import type { Core } from '#core/core.ts'
import { metricsText, metricsType } from './metrics-text.ts'

interface Answer {
  readonly type: string
  readonly body: string
}

/** What scripts may read: who is paired, and how this Gangway is doing. */
export interface Scripted {
  peers(): Promise<Answer>
  metrics(): Answer
  close(): void
}

const resolutionMs = 20
const nanoseconds = 1e9

export function openScripted({ calls }: Api, metrics: Core['metrics'], version: string): Scripted {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  return {
    async peers() {
      const { devices } = await calls['devices.list']({}, new AbortController().signal)
      const peers = devices.map((device) => peerOf(device))
      return { type: 'application/json', body: JSON.stringify({ count: peers.length, peers }) }
    },
    metrics() {
      const late = delay.percentile(99) / nanoseconds - resolutionMs / 1_000
      const { user, system } = cpuUsage()
      // A look sees what happened since the last one.
      delay.reset()
      const body = metricsText(metrics.snapshot(), {
        version,
        node: nodeVersion,
        loopDelayP99Seconds: Math.max(0, late),
        cpuSeconds: (user + system) / 1e6,
        residentBytes: memoryUsage.rss(),
      })
      return { type: metricsType, body }
    },
    close: () => delay.disable(),
  }
}

function peerOf(device: PairedDevice) {
  const { id, name, state, lastSeen, addresses } = device
  const path = device.state === 'connected' || device.state === 'idle' ? device.path : null
  return {
    id,
    name,
    address: path?.address ?? addresses[0] ?? null,
    status: state,
    lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
  }
}
