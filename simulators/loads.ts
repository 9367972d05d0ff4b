import type { siteTypes } from '../domain/estate/estate.ts';
import type { ShapeName } from './shapes.ts';

/**
 * What a square metre of each type of site takes in a typical year. Hospitals and ambulance stations lie inside
 * the middle half of the trusts' returns (data/eric.json); surgeries and offices follow the published benchmarks
 * (CIBSE TM46: clinic 70/200, general office 95/120), a little under them because those are of 2008.
 */
export interface SiteLoad {
  /** All electricity used on site except heat pumps, own generation included, kWh/m². */
  readonly electricity: number;
  readonly electricityShape: ShapeName;
  /** Share of electricity that follows outdoor heat above 16 °C. */
  readonly cooling: number;
  /** Useful heat for rooms and for hot water, kWh/m². */
  readonly roomHeat: number;
  readonly hotWater: number;
  readonly heatShape: ShapeName;
  readonly hotWaterShape: ShapeName;
  /** Heat out of a boiler per gas or oil in. */
  readonly boilerEfficiency: number;
  /** Heating begins below this outdoor temperature, °C. */
  readonly balancePoint: number;
  /** m³/m², and the share of it that never stops: cisterns, cooling towers, small leaks. */
  readonly water: number;
  readonly nightFlow: number;
  readonly waterShape: ShapeName;
}

const surgery: SiteLoad = {
  electricity: 64,
  electricityShape: 'surgery',
  cooling: 0.02,
  roomHeat: 122,
  hotWater: 12,
  heatShape: 'heating_day',
  hotWaterShape: 'surgery_hot_water',
  boilerEfficiency: 0.85,
  balancePoint: 15.5,
  water: 0.5,
  nightFlow: 0.06,
  waterShape: 'water_day',
};

const community: SiteLoad = {
  electricity: 76,
  electricityShape: 'hospital',
  cooling: 0.02,
  roomHeat: 112,
  hotWater: 32,
  heatShape: 'even',
  hotWaterShape: 'hospital_hot_water',
  boilerEfficiency: 0.84,
  balancePoint: 16,
  water: 0.88,
  nightFlow: 0.18,
  waterShape: 'water_ward',
};

const office: SiteLoad = {
  ...surgery,
  electricity: 82,
  electricityShape: 'office',
  cooling: 0.06,
  roomHeat: 84,
  hotWater: 6,
  water: 0.42,
};

export const siteLoads = {
  acute_hospital: {
    electricity: 136,
    electricityShape: 'hospital',
    cooling: 0.05,
    roomHeat: 142,
    hotWater: 55,
    heatShape: 'even',
    hotWaterShape: 'hospital_hot_water',
    boilerEfficiency: 0.8,
    balancePoint: 17,
    water: 1.4,
    nightFlow: 0.3,
    waterShape: 'water_ward',
  },
  community_hospital: community,
  mental_health_unit: { ...community, electricity: 74, roomHeat: 118 },
  health_centre: { ...surgery, electricity: 68, roomHeat: 118 },
  gp_practice: surgery,
  ambulance_station: {
    ...surgery,
    electricity: 78,
    electricityShape: 'station',
    roomHeat: 92,
    hotWater: 14,
    heatShape: 'even',
    water: 0.57,
    nightFlow: 0.12,
    waterShape: 'water_ward',
  },
  office,
  other: office,
} as const satisfies Record<(typeof siteTypes)[number], SiteLoad>;

/** A sub-meter's part of what its parent measures, and how it runs through the day. */
export interface EndUse {
  readonly share: number;
  readonly shape: ShapeName;
  /** How much of the load follows outdoor heat or cold, per °C from 12 °C. */
  readonly perDegree: number;
}

const electricityUses = {
  wards: { share: 0.2, shape: 'wards', perDegree: 0 },
  theatres: { share: 0.11, shape: 'theatres', perDegree: 0.006 },
  imaging: { share: 0.07, shape: 'imaging', perDegree: 0 },
  catering: { share: 0.06, shape: 'kitchen', perDegree: 0 },
  plant: { share: 0.2, shape: 'plant', perDegree: 0.008 },
  lighting: { share: 0.14, shape: 'ward_lighting', perDegree: -0.004 },
  cooling: { share: 0.08, shape: 'hospital_cooling', perDegree: 0.05 },
  vehicle_charging: { share: 0.2, shape: 'vehicles', perDegree: -0.01 },
} as const satisfies Record<string, EndUse>;

const waterUses = {
  wards: { share: 0.4, shape: 'water_ward', perDegree: 0 },
  catering: { share: 0.12, shape: 'kitchen', perDegree: 0 },
  plant: { share: 0.14, shape: 'even', perDegree: 0.02 },
} as const satisfies Record<string, EndUse>;

/** A sub-meter of a use that is not in the tables takes a tenth, evenly. */
const otherUse: EndUse = { share: 0.1, shape: 'even', perDegree: 0 };

/** The part of a sub-meter of electricity or water. A building that closes at night also puts its lights out. */
export function endUseOf(utility: 'electricity' | 'water', use: string | undefined, open: '24h' | 'day'): EndUse {
  const table: Record<string, EndUse> = utility === 'electricity' ? electricityUses : waterUses;
  const found = (use === undefined ? undefined : table[use]) ?? otherUse;
  return use === 'lighting' && open === 'day' ? { ...found, share: 0.24, shape: 'day_lighting' } : found;
}

/** Gas that cooks, kWh/m² of a hospital's area, and what leaks from no meter: pilot lights, laboratories. */
export const cookingGas = 4;
export const otherGasShare = 0.015;

/** CHP: electricity and heat out per gas in, and the least part load of the engine. */
export const chp = { electricity: 0.36, heat: 0.44, leastLoad: 0.5 } as const;

/**
 * Coefficient of performance of an air-source heat pump feeding radiators at about 50 °C: a straight line through
 * 2.4 at 0 °C and 3.3 at 12 °C (an assumption of ours within what field trials report), between 1.7 and 4.
 */
export function coefficientOfPerformance(outdoor: number): number {
  return Math.min(4, Math.max(1.7, 2.4 + 0.075 * outdoor));
}
