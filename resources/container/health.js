// @ts-check
import { get } from 'node:http'

// Asks the Gangway of this container how it is; the exit code is the answer.
const port = Number(process.env['GANGWAY_PORT'])
const request = get({ host: '127.0.0.1', port, path: '/health', timeout: 4_000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1)
})
request.on('timeout', () => request.destroy())
request.on('error', () => process.exit(1))
