import type { Finding } from '../domain/diagnosis/diagnosis.ts';
import type { Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { diagnose } from '../domain/half-hours/register-doctor.ts';
import type { Period } from '../domain/time.ts';
import { patientOf } from '../store/patient.ts';
import type { ApiParts } from './parts.ts';

/** What the doctor says of a meter in a period, from what the store holds of it and of the meters around it. */
export async function diagnosisOf(parts: ApiParts, meter: Meter, period: Period): Promise<Finding[]> {
  const patient = await patientOf(parts, parts.estate(), meter, period, parts.clock());
  if (patient) return diagnose(patient);
  const found = `more than ${limits.derivationReadings} readings`;
  throw new ProblemError([{ code: 'request.range-too-long', where: 'query to', found }]);
}
