import { isDeepStrictEqual } from 'node:util';
import type { ActKind } from '../domain/acts.ts';
import { certificateSchema } from '../domain/certificates/register.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { appendCertificates, type CertificateAmendment, type CertificateList } from '../store/estate-amendments.ts';
import { type EstateOptions, readEstateFolder } from '../store/estate-folder.ts';
import type { StateStore } from '../store/state-store.ts';

/** What a person asks for, and who. */
export type CertificatesRequest = {
  [K in CertificateList]: { readonly list: K; readonly entries: readonly CertificateAmendment[K][] };
}[CertificateList] & { readonly reason: string; readonly who: string };

const kinds = {
  certificates: 'add-certificates',
  retirements: 'retire-certificates',
  withdrawals: 'withdraw-certificates',
  allocations: 'allocate-certificates',
} as const satisfies Record<CertificateList, ActKind>;

/**
 * Writes what was done with certificates into the estate folder and keeps the act. Done twice, as after a crash between
 * the two, it is there once. Throws every problem that the register would have with it.
 */
export function recordCertificates(
  request: CertificatesRequest,
  folder: string,
  options: EstateOptions,
  state: Pick<StateStore, 'recordAct' | 'acts'>,
  now: EpochSeconds,
): { readonly act: number } {
  const { list, reason, who } = request;
  const reading = readEstateFolder(folder, options);
  if (reading.problems) throw new ProblemError(reading.problems);
  const kind = kinds[list];
  const detail = { list, entries: request.entries };
  if (isThere(reading.estate, request)) {
    const before = state.acts({ kinds: [kind], limit: limits.actsOfKind });
    const known = before.findLast((act) => isDeepStrictEqual(act.detail, detail));
    if (known) return { act: known.id };
  } else append(request, folder, options);
  return { act: state.recordAct({ at: now, who, kind, meter: undefined, reason, detail }) };
}

function append(request: CertificatesRequest, folder: string, options: EstateOptions): void {
  if (request.list === 'certificates') appendCertificates(folder, request.list, request.entries, options);
  else if (request.list === 'retirements') appendCertificates(folder, request.list, request.entries, options);
  else if (request.list === 'withdrawals') appendCertificates(folder, request.list, request.entries, options);
  else appendCertificates(folder, request.list, request.entries, options);
}

/** Whether the register says all of it already. */
function isThere(estate: Estate, request: CertificatesRequest): boolean {
  const batches = new Map(listed(estate, 'certificates').map((one) => [one.id, one]));
  if (request.list === 'certificates') {
    // A batch that is there and says something else is refused by its id.
    return request.entries.every((entry) =>
      isDeepStrictEqual(batches.get(entry.id), certificateSchema.safeParse(entry).data),
    );
  }
  if (request.list === 'retirements') {
    return request.entries.every(({ certificate, ...said }) =>
      isDeepStrictEqual(batches.get(certificate)?.retired, said),
    );
  }
  if (request.list === 'withdrawals') {
    return request.entries.every(({ certificate, ...said }) =>
      isDeepStrictEqual(batches.get(certificate)?.withdrawn, said),
    );
  }
  return request.entries.every(({ certificate, meter, mwh }) => {
    const known = batches.get(certificate)?.allocations.find((one) => one.meter === meter);
    return (known?.mwh ?? 0) === mwh;
  });
}
