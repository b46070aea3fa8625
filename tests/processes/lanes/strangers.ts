import { connect } from 'node:net'

/** Opens so many connections to a port and says nothing on any; reports, and stays until ended. */
const [port, count] = process.argv.slice(2).map(Number)

let opened = 0
const atOnce = 200

function one(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port: port ?? 0, host: '127.0.0.1' })
    socket.on('error', () => resolve()).once('connect', resolve)
  })
}

while (opened < (count ?? 0)) {
  await Promise.all(Array.from({ length: atOnce }, one))
  opened += atOnce
}
console.log(`opened ${opened}`)
setInterval(() => {}, 60_000)
