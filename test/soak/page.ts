import { cpus, totalmem } from 'node:os';
import type { Account } from '../acceptance/stream.ts';
import { tableOf, whole } from '../bench/page.ts';
import { quantile } from '../bench/statistics.ts';
import { growth, isFlat, type Sample } from './samples.ts';

export interface Soak {
  readonly command: string;
  /** Epoch milliseconds. */
  readonly began: number;
  readonly seconds: number;
  readonly rate: number;
  readonly messages: number;
  readonly meters: number;
  readonly load: readonly string[];
  readonly samples: readonly Sample[];
  readonly account: Account;
  readonly exact: boolean;
}

const processes = ['ingest', 'api', 'mosquitto', 'influxd'] as const;
/** Rows of the table over time. */
const rows = 24;

/** The committed page, and whether all held that must. */
export function pageOf(soak: Soak): { readonly text: string; readonly good: boolean } {
  const { samples, account } = soak;
  const [processor] = cpus();
  const machine = `${cpus().length} × ${processor?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const grown = processes.map((process) => ({ process, ...growth(samples, process) }));
  const ours = grown.filter(({ process }) => process === 'ingest' || process === 'api');
  const isGood = soak.exact && ours.every(isFlat);
  const lags = samples.map(({ lag }) => lag).toSorted((a, b) => a - b);
  const answers = samples.map(({ answeredMs }) => answeredMs).toSorted((a, b) => a - b);
  const refused = samples.filter(({ answered }) => !answered).length;
  const every = Math.max(1, Math.ceil(samples.length / rows));
  const text = [
    '# Soak',
    '',
    `Written by \`${soak.command}\` on ${new Date(soak.began).toISOString().slice(0, 10)}; Node.js ${process.version}, ${machine}.`,
    `It ran for ${(soak.seconds / 60).toFixed(1)} minutes; load average when it began and ended: ${soak.load.join(' and ')}.`,
    'Everything shares the machine: publisher, Mosquitto, InfluxDB 1.x, `meterhouse ingest` (deriving) and `meterhouse api`, each a process.',
    ...(soak.seconds < 7_200 ? ['Two hours are what is meant; this run was shorter.'] : []),
    '',
    `${whole(soak.messages)} messages at ${whole(soak.rate)} a second from ${whole(soak.meters)} meters; one more question to the API at each look.`,
    '',
    ...tableOf(
      ['what', 'must be', 'found', ''],
      [
        [
          'readings in the database, of those sent',
          'all, once',
          `${whole(account.points)} of ${whole(soak.messages)}; both ledgers ${soak.exact ? 'exact' : JSON.stringify(account)}`,
          soak.exact ? 'met' : '**missed**',
        ],
        ...ours.map((one) => [
          `resident memory of ${one.process}: second quarter → last quarter, median`,
          'flat',
          `${one.early.toFixed(0)} MB → ${one.late.toFixed(0)} MB`,
          isFlat(one) ? 'met' : '**missed**',
        ]),
        ['messages acknowledged by the broker and not booked yet, median and most', '', spread(lags, whole), ''],
        ['a site’s consumption of today, from the API, median and most', '', `${spread(answers, whole)} ms`, ''],
        ['of these, answered as too slow', '', `${refused} of ${whole(samples.length)}`, ''],
      ],
    ),
    '',
    'Resident memory, and in brackets the JavaScript heap in use, MB:',
    '',
    ...tableOf(
      ['minute', 'booked', 'behind', ...processes],
      samples
        .filter((_, i) => i % every === 0)
        .map(({ at, booked, lag, memory }) => [
          (at / 60).toFixed(1),
          whole(booked),
          whole(lag),
          ...processes.map((process) => {
            const { rss = 0, heap } = memory[process] ?? {};
            return heap === undefined ? rss.toFixed(0) : `${rss.toFixed(0)} (${heap.toFixed(0)})`;
          }),
        ]),
    ),
    '',
  ].join('\n');
  return { text, good: isGood };
}

function spread(sorted: readonly number[], say: (number: number) => string): string {
  return `${say(quantile(sorted, 0.5))} and ${say(quantile(sorted, 1))}`;
}
