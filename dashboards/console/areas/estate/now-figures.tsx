import type { ComponentChildren } from 'preact';
import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { time, words } from '../../say.ts';
import { type Load, sayChange } from './loads.ts';

/** Past this a load is of a half-hour that is over, and says so. */
const slowSeconds = 180;

interface NowShape {
  readonly loads: readonly Load[];
  /** When the house said so. */
  readonly at: string;
  /** Who is not in it: sites of an estate, meters of a site. */
  readonly missingOf: (load: Load) => ComponentChildren;
}

/** What is used now, by utility: the first answer of the console. */
export function NowFigures({ loads, at, missingOf }: NowShape) {
  const oldest = loads.flatMap((load) => load.oldest ?? []).sort()[0];
  const isSlow = oldest !== undefined && Date.parse(at) - Date.parse(oldest) > slowSeconds * 1000;
  return (
    <>
      <Figures>
        {loads.map((load) => (
          <Figure
            key={load.utility}
            label={`${words(load.utility)} now`}
            value={load.rate}
            unit={load.unit}
            note={<Against load={load} missing={missingOf(load)} />}
          />
        ))}
      </Figures>
      <p class="quiet">
        As of {time(at)}.
        {isSlow &&
          ` A meter that says no power counts with its last half-hour, the oldest to ${time(oldest).slice(-5)}.`}
      </p>
    </>
  );
}

function Against({ load, missing }: { load: Load; missing: ComponentChildren }) {
  const change = sayChange(load.change);
  return (
    <>
      {load.rate !== null && <div>{change ?? 'what is usual is not known yet'}</div>}
      {load.known < load.sites && (
        <div>
          <Mark kind="warn">
            {load.rate !== null && `${load.known} of ${load.sites} sites; `}not known: {missing}
          </Mark>
        </div>
      )}
    </>
  );
}
