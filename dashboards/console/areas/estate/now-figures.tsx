import { Figure, Figures } from '../../pieces/figure.tsx';
import { Mark } from '../../pieces/mark.tsx';
import { time, words } from '../../say.ts';
import { type Load, sayChange } from './loads.ts';

/** Past this a load is of a half-hour that is over, and says so. */
const slowSeconds = 180;

/** What is used now, by utility: the first answer of the console. */
export function NowFigures({
  loads,
  at,
  nameOf,
}: {
  loads: readonly Load[];
  at: string;
  nameOf: (site: string) => string;
}) {
  return (
    <Figures>
      {loads.map((load) => (
        <Figure
          key={load.utility}
          label={`${words(load.utility)} now`}
          value={load.rate}
          unit={load.unit}
          note={<Against load={load} at={at} nameOf={nameOf} />}
        />
      ))}
    </Figures>
  );
}

function Against({ load, at, nameOf }: { load: Load; at: string; nameOf: (site: string) => string }) {
  const change = sayChange(load.change);
  const isSlow = load.oldest !== null && Date.parse(at) - Date.parse(load.oldest) > slowSeconds * 1000;
  return (
    <>
      {load.rate !== null && <div>{change ?? 'what is usual is not known yet'}</div>}
      {load.known < load.sites && (
        <div>
          <Mark kind="warn">
            {load.rate === null ? '' : `${load.known} of ${load.sites} sites; `}not known:{' '}
            {load.without.map(nameOf).join(', ')}
          </Mark>
        </div>
      )}
      {isSlow && <div class="quiet">part of it from the half-hour to {time(load.oldest).slice(-5)}</div>}
    </>
  );
}
