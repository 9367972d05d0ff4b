/** Says what its process is, before and after it may have begun again with a bounded heap. */
import { getHeapStatistics } from 'node:v8';
import { boundHeap } from '../../cli/bounded-heap.ts';

const megabytes = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
process.stdout.write(`${JSON.stringify({ pid: process.pid, words: process.argv.slice(2), megabytes })}\n`);
boundHeap(process.argv.slice(2));
