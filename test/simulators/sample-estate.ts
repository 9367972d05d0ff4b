import type { Estate } from '../../domain/estate/estate.ts';
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
