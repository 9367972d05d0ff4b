import { z } from 'zod';
import { profileShapes } from '../matching/profiles.ts';
import { idSchema } from '../readings/reading.ts';
import type { ClockWindow } from './what-if.ts';

/**
 * Changes of load as somebody asks for them: what would the offers cost if we grew, moved use, cut the peak, put panels
 * on the roof, or heated with electricity. `what-if.ts` does them, in the order in which they are written.
 */

const pointsShape = {
  supply_points: z.array(idSchema).min(1).max(500).optional().describe('all that are compared where absent'),
};
const timeSchema = z.string().regex(/^(([01]\d|2[0-3]):(00|30)|24:00)$/, 'a time on the half-hour, 16:00');
const windowSchema = z.strictObject({
  from: timeSchema,
  to: timeSchema,
  days: z.enum(['every_day', 'weekdays', 'weekends']).default('every_day'),
});
const shapeNames = Object.keys(profileShapes) as [keyof typeof profileShapes, ...(keyof typeof profileShapes)[]];

export const loadChangeSchema = z.discriminatedUnion('change', [
  z.strictObject({
    change: z.literal('growth'),
    ...pointsShape,
    percent: z.number().min(-100).max(1_000).describe('less where below 0'),
  }),
  z.strictObject({
    change: z.literal('shift'),
    ...pointsShape,
    share: z.number().min(0).max(1).describe('of what is used in the window'),
    from: windowSchema,
    to: windowSchema,
  }),
  z.strictObject({
    change: z.literal('peak_shaving'),
    ...pointsShape,
    kw: z.number().positive().max(1_000_000).describe('the most of any half-hour'),
    efficiency: z.number().positive().max(1).default(1).describe('what comes back out of the store'),
  }),
  z.strictObject({
    change: z.literal('generation'),
    supply_point: idSchema,
    series: idSchema.optional().describe('an observed series of energy, or'),
    meter: idSchema.optional().describe('a generation meter whose half-hours are the shape, or'),
    shape: z.enum(shapeNames).optional(),
    annual_kwh: z
      .number()
      .positive()
      .max(10_000_000_000)
      .optional()
      .describe('what it makes in the load year; what the series or meter made where absent'),
  }),
  z.strictObject({
    change: z.literal('heat_pump'),
    supply_point: idSchema.describe('whose electricity it takes'),
    gas_supply_point: idSchema.describe('whose gas it takes the place of'),
    share: z.number().positive().max(1).describe('of the heat that the boilers make'),
    boiler_efficiency: z.number().positive().max(1).describe('heat out of a kWh of gas'),
    performance: z.number().min(1).max(8).describe('heat out of a kWh of electricity, over the season'),
  }),
]);
export type LoadChange = z.output<typeof loadChangeSchema>;
export type GenerationChange = Extract<LoadChange, { change: 'generation' }>;

/** What says when generation runs is exactly one thing, and a shape alone is no amount. */
export function generationFault({ series, meter, shape, annual_kwh: annual }: GenerationChange): string | undefined {
  const said = [series, meter, shape].filter((one) => one !== undefined);
  if (said.length !== 1) return 'one of series, meter and shape';
  return shape !== undefined && annual === undefined ? 'annual_kwh with a shape' : undefined;
}

/** A window as `shifted` takes it. */
export function clockWindow({ from, to, days }: z.output<typeof windowSchema>): ClockWindow {
  const weekdays = { every_day: undefined, weekdays: [1, 2, 3, 4, 5], weekends: [6, 7] }[days];
  return { fromMinute: minuteOf(from), toMinute: minuteOf(to), weekdays };
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return 60 * hours + minutes;
}

/** A change as one sentence for a person. */
export function sayChange(change: LoadChange): string {
  const at = 'supply_points' in change && change.supply_points ? ` at ${change.supply_points.join(', ')}` : '';
  switch (change.change) {
    case 'growth':
      return `${change.percent} % more is used${at}`;
    case 'shift': {
      const of = (window: typeof change.from) => `${window.from} to ${window.to} (${window.days.replace('_', ' ')})`;
      return `${100 * change.share} % of what is used from ${of(change.from)} moves to ${of(change.to)}${at}`;
    }
    case 'peak_shaving':
      return `no half-hour above ${change.kw} kW${at}, from a store that gives back ${100 * change.efficiency} %`;
    case 'generation': {
      const what = change.series ?? change.meter ?? `the shape ${change.shape}`;
      const amount = change.annual_kwh === undefined ? '' : `, ${change.annual_kwh} kWh a year`;
      return `own generation at ${change.supply_point} like ${what}${amount}`;
    }
    default:
      return (
        `a heat pump at ${change.supply_point} makes ${100 * change.share} % of the heat of ${change.gas_supply_point}, ` +
        `${change.performance} kWh out of one; boilers ${change.boiler_efficiency}`
      );
  }
}
