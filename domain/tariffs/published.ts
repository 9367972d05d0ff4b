import { z } from 'zod';
import { ProblemError } from '../problems.ts';
import { sourceSchema } from '../dated-facts.ts';
import { idSchema } from '../readings/reading.ts';
import type { LocalDate } from '../time.ts';
import { chargeKindSchema, chargeSchema, type ChargeKind } from './charges.ts';
import aahedc from './published/aahedc.json' with { type: 'json' };
import bsuos from './published/bsuos.json' with { type: 'json' };
import cclElectricity from './published/ccl-electricity.json' with { type: 'json' };
import cclGas from './published/ccl-gas.json' with { type: 'json' };
import duosEastern2025 from './published/duos-eastern-2025.json' with { type: 'json' };
import ro from './published/ro.json' with { type: 'json' };

/**
 * Charges that networks and the state publish for everybody, as dated data with their source. A pass-through contract
 * is billed at them. What is not known is absent: to ask for it is a problem, never nought.
 */

export const tariffUtilities = ['electricity', 'gas', 'water', 'heat'] as const;
export type TariffUtility = (typeof tariffUtilities)[number];

export const publishedChargesSchema = z.strictObject({
  id: idSchema,
  title: z.string().min(3).max(300),
  publisher: z.string().min(2).max(200),
  licence: z.string().min(3).max(500).optional(),
  source: sourceSchema,
  standing: z.enum(['verified', 'quoted']),
  kind: chargeKindSchema,
  utility: z.enum(tariffUtilities),
  /** The two digits with which the MPANs of its area begin; everywhere where absent. */
  distributor: z
    .string()
    .regex(/^\d\d$/, 'two digits, 10 is Eastern England')
    .optional(),
  valid_from: z.iso.date().describe('the first London date on which it holds, 2026-04-01'),
  valid_to: z.iso.date().describe('the last London date on which it holds, 2027-03-31').optional(),
  /** Each row is for some meter points: by DUoS tariff (or LLFC) or residual band, for all where it says neither. */
  rows: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        duos_tariffs: z
          .array(z.string().regex(/^[A-Z0-9]{1,4}$/i, 'a DUoS tariff id or LLFC'))
          .min(1)
          .optional(),
        residual_bands: z.array(z.string().min(1).max(40)).min(1).optional(),
        charges: z.array(chargeSchema).min(1).max(50),
      }),
    )
    .min(1)
    .max(500),
});
export type PublishedCharges = z.output<typeof publishedChargesSchema>;
export type PublishedRow = PublishedCharges['rows'][number];

let known: readonly PublishedCharges[] | undefined;

/** What Meterhouse brings, checked when first asked for; throws a ProblemError `data.invalid` for a damaged file. */
export function publishedCharges(): readonly PublishedCharges[] {
  known ??= [duosEastern2025, bsuos, ro, aahedc, cclElectricity, cclGas].map((file) => {
    const parsed = publishedChargesSchema.safeParse(file);
    if (parsed.success) return parsed.data;
    const detail = z.prettifyError(parsed.error);
    throw new ProblemError([{ code: 'data.invalid', where: `domain/tariffs/published/${file.id}.json`, detail }]);
  });
  return known;
}

/** What decides which published charges a meter point has. */
export interface PublishedFor {
  readonly utility: TariffUtility;
  readonly distributor?: string | undefined;
  readonly duosTariff?: string | undefined;
  readonly residualBand?: string | undefined;
}

/** What holds for a meter point on a date. */
export interface PublishedMatch {
  readonly set: PublishedCharges;
  readonly row: PublishedRow;
}

/**
 * The published charges of a kind for a meter point on a London date, those of the register before those that
 * Meterhouse brings; undefined where none are known. A set holds all charges of its kind, so that one set answers for
 * a date.
 */
export function publishedOn(
  kind: ChargeKind,
  point: PublishedFor,
  date: LocalDate,
  own: readonly PublishedCharges[] = [],
): PublishedMatch | undefined {
  for (const set of [...own, ...publishedCharges()]) {
    const holds = set.valid_from <= date && date <= (set.valid_to ?? date);
    const isItsArea = set.distributor === undefined || set.distributor === point.distributor;
    if (set.kind !== kind || set.utility !== point.utility || !holds || !isItsArea) continue;
    const row = set.rows.find(
      ({ duos_tariffs: tariffs, residual_bands: bands }) =>
        (tariffs === undefined || (point.duosTariff !== undefined && tariffs.includes(point.duosTariff))) &&
        (bands === undefined || (point.residualBand !== undefined && bands.includes(point.residualBand))),
    );
    if (row) return { set, row };
  }
  return undefined;
}
