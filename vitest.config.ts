import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes first, so that no worker is left with one of them when the others are done. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\/test\/(acceptance\/|console\/sample|dashboards\/queries|docs\/command-lines)/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Acceptance waits more than it works, for what was killed and for brokers to give up: one worker more than cores.
    maxWorkers: availableParallelism() + 1,
    // A worker keeps what it has loaded and compiled for its next file; a process for each file took half of all time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Processes that tests start find what others of them have compiled, in the folder that the product keeps it in.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/meterhouse') },
    // Real servers and kill -9 take seconds on two cores. What never comes is said by `until` and by the patience that a
    // process has; this is for machines that do much else, and above both.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    passWithNoTests: false,
    allowOnly: false,
    reporters: ['default'],
  },
});
