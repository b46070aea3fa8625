import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release, type as system } from 'node:os'
import { parseArgs } from 'node:util'
import { laneRows } from './lanes.ts'
import { moverRows } from './movers.ts'
import { pairingRows } from './pairing.ts'
import { resumeRows } from './resume.ts'
import { table, type Row } from './row.ts'
import { sessionRows } from './sessions.ts'
import { wholeRows } from './whole.ts'

/** Prints the performance table; ratios hold from machine to machine, absolute figures do not. */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
})
const { quick, json } = values

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  system: `${system()} ${release()}`,
  node: process.version,
  loadBefore: loadavg()[0] ?? 0,
}

const rows: Row[] = [
  ...(await sessionRows(quick ? 10 : 50)),
  ...(await pairingRows(quick ? 3 : 20)),
  ...(await laneRows(quick ? 3 : 5, quick)),
  ...(await moverRows(quick ? 3 : 5, quick)),
  ...(await resumeRows(quick ? 2 : 5)),
  ...(await wholeRows(quick ? 5 : 20, quick ? 2 ** 28 : 2 ** 30)),
]

const load = `load ${machine.loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`
console.log(
  `${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}; ${load}`,
)
console.log(
  'Everything on loopback; both devices in one process, but for lanes and movers, whose ends have one each.\n',
)
console.log(table(rows))
if (json !== undefined) {
  writeFileSync(json, `${JSON.stringify({ at: new Date().toISOString(), quick, machine, rows })}\n`)
}
process.exit(0)
