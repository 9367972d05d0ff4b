import { type Estate, listed, type Meter } from '../../domain/estate/estate.ts';
import { sayProblem } from '../../domain/problems.ts';
import { estateOptions } from '../../ingest/known-decoders.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';

const folder = `${import.meta.dirname}/../../estates/sample`;

/** The sample estate as Meterhouse reads it; throws when there is anything to say against it, a warning included. */
export function sampleEstate(): Estate {
  const reading = readEstateFolder(folder, estateOptions);
  const problems = [...(reading.problems ?? []), ...reading.warnings];
  if (reading.problems !== undefined || problems.length > 0) throw new Error(problems.map(sayProblem).join('\n'));
  return reading.estate;
}

/** The sample estate without the meters that begin when a measure does: what is looked for is the same all the time. */
export function steadyEstate(): Estate {
  const sample = sampleEstate();
  return { ...sample, meters: new Map([...sample.meters].filter(([, meter]) => meter.valid_from === undefined)) };
}

/**
 * The sample estate (eleven sites of seven types), with what it lacks of kinds to be found: a chiller's meter at three
 * sites, and meters of reactive energy at the three that have an agreed capacity.
 */
export function fullyMeteredEstate(): Estate {
  const sample = steadyEstate();
  const meterLike = (id: string, changes: Partial<Meter>): Meter => {
    const meter = sample.meters.get(id);
    if (!meter) throw new Error(`the sample estate has no meter ${id}`);
    return { ...meter, ...changes };
  };
  const added: Meter[] = [
    meterLike('sal-e-wards', { id: 'sal-e-cooling', name: 'Chillers', end_use: 'cooling' }),
    meterLike('bra-e-wards', { id: 'bra-e-cooling', name: 'Chillers', end_use: 'cooling' }),
    meterLike('bra-e-wards', {
      id: 'har-e-cooling',
      name: 'Chillers',
      end_use: 'cooling',
      site: 'harrowmede',
      parent: 'har-e-main',
      building: undefined,
    }),
    ...['sal', 'bra', 'har'].map((site) =>
      meterLike(`${site}-e-main`, {
        id: `${site}-q-main`,
        name: 'Reactive energy of the intake',
        measures: 'reactive',
        unit: 'kvarh',
        parent: undefined,
      }),
    ),
  ];
  const points = listed(sample, 'supply_points').map((point) =>
    ['sal-power', 'bra-power', 'har-power'].includes(point.id)
      ? { ...point, reactive_meters: [`${point.id.slice(0, 3)}-q-main`] }
      : point,
  );
  return {
    ...sample,
    meters: new Map([...sample.meters, ...added.map((meter) => [meter.id, meter] as const)]),
    lists: { ...sample.lists, supply_points: points },
  };
}
