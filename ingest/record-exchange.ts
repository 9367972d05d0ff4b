import { type AmendedExchange, appendExchange } from '../store/estate-amendments.ts';
import { type EstateOptions, readEstateFolder } from '../store/estate-folder.ts';
import type { StateStore } from '../store/state-store.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';

/** What a person asks for, and who. */
export interface ExchangeRequest {
  readonly exchange: AmendedExchange;
  readonly reason: string;
  readonly who: string;
}

/**
 * Writes an exchange into the estate folder and keeps the act. The changed register then derives the meter again over
 * its whole life. Done twice, as after a crash between the two, it is there once. Rejects with every problem the
 * register would have with it.
 */
export function recordExchange(
  request: ExchangeRequest,
  folder: string,
  options: EstateOptions,
  state: Pick<StateStore, 'recordAct' | 'acts'>,
  now: EpochSeconds,
): { readonly act: number } {
  const { exchange, reason, who } = request;
  const { meter } = exchange;
  const reading = readEstateFolder(folder, options);
  if (reading.problems) throw new ProblemError(reading.problems);
  const isSame = ({ at, closing, opening }: Pick<AmendedExchange, 'at' | 'closing' | 'opening'>): boolean =>
    Date.parse(at) === Date.parse(exchange.at) && closing === exchange.closing && opening === exchange.opening;
  if (reading.estate.meters.get(meter)?.exchanges.some(isSame) !== true) appendExchange(folder, exchange, options);
  const before = state.acts({ meter, kinds: ['record-exchange'], limit: 1_000 });
  const known = before.find(({ detail }) => isSame(detail as AmendedExchange));
  return {
    act: known?.id ?? state.recordAct({ at: now, who, kind: 'record-exchange', meter, reason, detail: exchange }),
  };
}
