import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * What works first, a file on each core. Then what starts nodes, processes, browsers or network
 * namespaces: it waits more than it works, so three files of it run at a time.
 */
function group(name: string, folders: string[], { waits, globalSetup = [] }: Options) {
  return {
    test: {
      name,
      include: folders.map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`),
      environment: 'node',
      globalSetup,
      sequence: { groupOrder: waits ? 1 : 0 },
      maxWorkers: waits ? 3 : availableParallelism(),
      testTimeout: waits ? 60_000 : 10_000,
      hookTimeout: waits ? 120_000 : 20_000,
      restoreMocks: true,
      // A second, as is usual, is not much for a computer that does other things as well.
      expect: { poll: { timeout: 10_000 } },
    },
  }
}

interface Options {
  readonly waits: boolean
  readonly globalSetup?: string[]
}

const works = { waits: false }
const waits = { waits: true }

export default defineConfig({
  test: {
    projects: [
      group('unit', ['unit', 'compliance', 'boundaries', 'vectors'], works),
      group('scenarios', ['scenarios'], waits),
      group('processes', ['processes'], waits),
      group('network', ['network'], waits),
      group('browser', ['renderer', 'app', 'desktop'], {
        ...waits,
        globalSetup: ['tests/support/build-renderer.ts'],
      }),
    ],
  },
})
