import { resultOfSeed } from './seed.ts';

/** One seed in a process of its own: its result goes to standard output, as JSON. */
process.stdout.write(JSON.stringify(resultOfSeed(Number(process.argv[2]))));
