import { z } from 'zod'
import { apiTokenOf } from '../api-token.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { defineCommand } from './command.ts'

export const token = defineCommand({
  name: 'token',
  about: 'what a script shows to read /api/peers and /metrics of `serve`',
  options: {},
  schema: z.object({}),
  async run(_, { dataDir, secrets, out }) {
    makePrivateFolder(dataDir)
    const shown = apiTokenOf(dataDir, secrets.apiToken())
    if (out.json) out.document({ token: shown })
    else out.line(shown)
  },
})
