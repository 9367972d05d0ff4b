import { sum } from './heat-pump.ts';

/**
 * Panels and a battery behind a meter, half-hour by half-hour: what is used at once, what is kept for later, what goes
 * out and what is still drawn. The battery takes only what is left over and gives it back as soon as something is
 * drawn; it never charges from the grid, and knows nothing of prices.
 */
export interface Battery {
  /** kWh that can be taken out of it when it is full. */
  readonly capacity: number;
  /** kW in and out, at the meter. */
  readonly power: number;
  /** What of a kWh that went in comes out again. */
  readonly efficiency: number;
}

/** What is taken where nobody says how much comes back. */
export const usualEfficiency = {
  value: 0.85,
  source:
    'NREL Annual Technology Baseline 2020, storage: 85 % round-trip, after Cole and Frazier, Cost Projections for ' +
    'Utility-Scale Battery Storage (2020)',
  standing: 'quoted',
} as const;

/** kWh of each half-hour. */
export interface PanelFlows {
  /** Used as it is made. */
  readonly direct: Float64Array;
  /** Into and out of the battery, at the meter. */
  readonly charged: Float64Array;
  readonly discharged: Float64Array;
  readonly exported: Float64Array;
  readonly imported: Float64Array;
  /** What the battery holds at the end, as it would come out. */
  readonly left: number;
}

/** `drawn` is what the site draws without the panels, `made` what they make. The battery is empty at first. */
export function panelFlows(drawn: Float64Array, made: Float64Array, battery?: Battery): PanelFlows {
  const count = drawn.length;
  const flows = {
    direct: new Float64Array(count),
    charged: new Float64Array(count),
    discharged: new Float64Array(count),
    exported: new Float64Array(count),
    imported: new Float64Array(count),
  };
  const { capacity, power, efficiency } = battery ?? { capacity: 0, power: 0, efficiency: 1 };
  let held = 0;
  for (let i = 0; i < count; i++) {
    const [wants, makes] = [drawn[i] as number, made[i] as number];
    const direct = Math.min(wants, makes);
    const charged = Math.min(makes - direct, power / 2, (capacity - held) / efficiency);
    const discharged = charged > 0 ? 0 : Math.min(wants - direct, power / 2, held);
    held = Math.min(capacity, held + charged * efficiency) - discharged;
    flows.direct[i] = direct;
    flows.charged[i] = charged;
    flows.discharged[i] = discharged;
    flows.exported[i] = makes - direct - charged;
    flows.imported[i] = wants - direct - discharged;
  }
  return { ...flows, left: held };
}

/** A year of flows added up, kWh. */
export interface PanelYear {
  readonly made: number;
  /** Used on site, at once or by way of the battery. */
  readonly used: number;
  readonly exported: number;
  readonly imported: number;
  /** Of that what the battery gave, and what was lost in it. */
  readonly fromBattery: number;
  readonly lost: number;
  /** Of what is made, and of what is used; undefined of nothing. */
  readonly selfConsumption: number | undefined;
  readonly selfSufficiency: number | undefined;
}

export function panelYear(flows: PanelFlows): PanelYear {
  const [direct, charged, discharged] = [sum(flows.direct), sum(flows.charged), sum(flows.discharged)];
  const [exported, imported] = [sum(flows.exported), sum(flows.imported)];
  const used = direct + discharged;
  const made = direct + charged + exported;
  const wanted = used + imported;
  return {
    made,
    used,
    exported,
    imported,
    fromBattery: discharged,
    lost: charged - discharged - flows.left,
    selfConsumption: made > 0 ? (made - exported) / made : undefined,
    selfSufficiency: wanted > 0 ? used / wanted : undefined,
  };
}
