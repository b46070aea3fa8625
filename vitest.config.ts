import { defineConfig } from 'vitest/config'

/**
 * Groups run one after the other. Quick ones share the cores; those that start processes, browsers
 * or network namespaces run a file at a time, so that what they measure is theirs.
 */
function group(
  name: string,
  order: number,
  folders: string[],
  alone: boolean,
  globalSetup: string[] = [],
) {
  return {
    test: {
      name,
      include: folders.map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`),
      environment: 'node',
      globalSetup,
      sequence: { groupOrder: order },
      fileParallelism: !alone,
      testTimeout: alone ? 60_000 : 10_000,
      hookTimeout: alone ? 120_000 : 20_000,
      restoreMocks: true,
      // Real browsers and processes share two cores: once more, and the report says that it was so.
      retry: alone ? 1 : 0,
    },
  }
}

/** So many files of a group at a time. */
function together(maxWorkers: number, { test }: ReturnType<typeof group>) {
  return { test: { ...test, fileParallelism: true, maxWorkers } }
}

export default defineConfig({
  test: {
    projects: [
      group('unit', 0, ['unit', 'compliance', 'boundaries', 'vectors'], false),
      group('scenarios', 1, ['scenarios'], false),
      group('processes', 2, ['processes'], true),
      // Each file has computers of its own, and waits for them more than it works.
      together(2, group('network', 3, ['network'], true)),
      group('browser', 4, ['renderer', 'app', 'desktop'], true, [
        'tests/support/build-renderer.ts',
      ]),
    ],
  },
})
