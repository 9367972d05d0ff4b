import type { Estate } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { estateOptions } from '../ingest/known-decoders.ts';
import { readEstateFolder } from '../store/estate-folder.ts';

/** The register of an estate folder; throws a ProblemError with all problems at once. */
export function loadEstate(folder: string): { estate: Estate; warnings: readonly Problem[] } {
  const reading = readEstateFolder(folder, estateOptions);
  if (reading.problems) throw new ProblemError(reading.problems);
  return reading;
}
