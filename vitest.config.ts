import { defineConfig } from 'vitest/config'

/**
 * Quick groups share the cores first. Then those that start processes, browsers or network
 * namespaces: they wait more than they work, so three files of them run at a time.
 */
function group(
  name: string,
  folders: string[],
  { order, isSlow = false, globalSetup = [] }: Options,
) {
  return {
    test: {
      name,
      include: folders.map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`),
      environment: 'node',
      globalSetup,
      sequence: { groupOrder: order },
      ...(isSlow ? { maxWorkers: 3 } : {}),
      testTimeout: isSlow ? 60_000 : 10_000,
      hookTimeout: isSlow ? 120_000 : 20_000,
      restoreMocks: true,
    },
  }
}

interface Options {
  /** Groups of one order run side by side, the others one after the other. */
  readonly order: number
  readonly isSlow?: boolean
  readonly globalSetup?: string[]
}

const slow = { order: 2, isSlow: true }

export default defineConfig({
  test: {
    projects: [
      group('unit', ['unit', 'compliance', 'boundaries', 'vectors'], { order: 0 }),
      group('scenarios', ['scenarios'], { order: 1 }),
      group('processes', ['processes'], slow),
      group('network', ['network'], slow),
      group('browser', ['renderer', 'app', 'desktop'], {
        ...slow,
        globalSetup: ['tests/support/build-renderer.ts'],
      }),
    ],
  },
})
