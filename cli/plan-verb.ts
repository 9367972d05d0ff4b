import type { Option } from './command.ts';
import { tableOptions } from './table-file.ts';
import type { Verb } from './verb.ts';

/** One of the things that `meterhouse plan` does. */
export interface PlanVerb extends Verb {
  /** A sentence of the help that begins with the verb: `page is …`. */
  readonly says: string;
  /** What can be typed, without `meterhouse plan`. */
  readonly examples: readonly string[];
}

export type PlanVerbs = Readonly<Record<string, PlanVerb>>;

/** Of more than one verb. */
export const placeOptions = {
  organisation: { type: 'string', value: 'ID,…', describes: 'only of these organisations' },
  site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
  step: { type: 'string', value: 'N,…', describes: 'only of these steps, 1 to 4' },
} as const satisfies Readonly<Record<string, Option>>;

export const methodOption: Option = {
  type: 'string',
  value: 'METHOD',
  describes: 'savings, model: day_types (default), caltrack_daily or _monthly',
};

/** Of every verb that saves a table. */
export const planTableOptions = {
  ...tableOptions,
  format: {
    ...tableOptions.format,
    describes: 'xlsx, csv or json, and html for page (default: as the file is called)',
  },
} as const satisfies Readonly<Record<string, Option>>;
