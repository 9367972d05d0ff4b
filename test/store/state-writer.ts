import { openStateStore } from '../../store/sqlite-state.ts';
import { batchOf } from './state-store.contract.ts';

/**
 * A process that commits until it is done or killed: `node state-writer.ts <file> <holder> <commits>`. Everything in
 * commit n is numbered n, so that a half commit would show. Says each number when the commit has returned.
 */
const [path = '', holder = '', commits = '0'] = process.argv.slice(2);
const state = openStateStore(path, { clock: () => 1_795_000_000, holder });
const meters = Array.from({ length: 20 }, (_, i) => `meter-${i}`);

for (let n = 1; n <= Number(commits); n++) {
  const identity = `${holder}/energy/register/${n}`;
  state.prepare([{ identity, verdict: 'revised', before: n - 1, after: n, at: n }]);
  state.commit(
    batchOf({
      tallies: ['shared', holder, ...meters].map((meter) => ({ day: '2026-11-23', meter, decoded: 1, revised: 1 })),
      quarantined: [
        {
          topic: holder,
          payload: new Uint8Array(500).fill(n % 256),
          received: n,
          qos: 1,
          retained: false,
          code: 'message.unparsable',
          detail: String(n),
          meter: holder,
          refusedReadings: 0,
        },
      ],
      touched: meters.map((meter) => ({ meter, from: n, to: n + 1 })),
      highWater: [{ series: holder, at: n, value: n, received: n }],
      settled: [identity],
      superseded: [{ identity, at: n, before: n - 1, after: n, replaced: n }],
      fingerprints: { source: holder, list: [String(n)] },
      memory: new Map([[holder, new Uint8Array([n % 256])]]),
    }),
  );
  process.stdout.write(`${n}\n`);
}
state.close();
