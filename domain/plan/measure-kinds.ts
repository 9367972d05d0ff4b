import type { Step } from './steps.ts';

/**
 * What is done to an estate to decarbonise it, and to which of the four steps it belongs: the interventions that the
 * NHS Estates 'Net Zero' Carbon Delivery Plan lists below each step, as Green Plans quote them. `other` says its step.
 */
export const measureKinds = {
  led_lighting: { step: 1, says: 'LED lighting' },
  lighting_controls: { step: 1, says: 'lighting controls' },
  building_controls: { step: 1, says: 'building management system and heating controls' },
  ventilation: { step: 1, says: 'fans, pumps and their drives' },
  pc_shutdown: { step: 1, says: 'computers that shut down when nobody is there' },
  sub_metering: { step: 1, says: 'sub-meters' },
  behaviour: { step: 1, says: 'people who switch off' },
  insulation: { step: 2, says: 'insulation of roofs, walls and floors' },
  glazing: { step: 2, says: 'windows' },
  air_tightness: { step: 2, says: 'draught-proofing and air-tightness' },
  heat_pump: { step: 3, says: 'heat pump' },
  electric_hot_water: { step: 3, says: 'hot water without fossil fuel' },
  boiler_removal: { step: 3, says: 'oil or coal boilers taken out' },
  steam_to_hot_water: { step: 3, says: 'steam replaced by low-temperature hot water' },
  heat_network: { step: 3, says: 'connection to a heat network' },
  solar_pv: { step: 4, says: 'solar panels' },
  wind: { step: 4, says: 'wind turbine' },
  battery: { step: 4, says: 'battery' },
  other: { step: undefined, says: 'something else' },
} as const satisfies Record<string, { readonly step: Step | undefined; readonly says: string }>;

export type MeasureKind = keyof typeof measureKinds;
export const measureKindNames = Object.keys(measureKinds) as [MeasureKind, ...MeasureKind[]];

/** Kinds of measure that make electricity. */
export const makingKinds: ReadonlySet<MeasureKind> = new Set(['solar_pv', 'wind']);
