import type { Answers } from '../../answers.ts';

/** Words of procurement: kinds of charge, contracts, utilities. */

export type CostRow = Answers['/v1/costs']['costs'][number];
export type SupplyPointRow = Answers['/v1/supply-points']['supply_points'][number];

export const componentWords: Readonly<Record<CostRow['component'], string>> = {
  all: 'All',
  energy: 'Energy',
  duos: 'Distribution (DUoS)',
  tnuos: 'Transmission (TNUoS)',
  bsuos: 'Balancing (BSUoS)',
  ro: 'Renewables Obligation',
  cfd: 'Contracts for Difference',
  fit: 'Feed-in tariffs',
  cm: 'Capacity Market',
  aahedc: 'High distribution costs (AAHEDC)',
  rab: 'Nuclear levy (RAB)',
  green_gas_levy: 'Green Gas Levy',
  transportation: 'Gas transportation',
  water_supply: 'Water supply',
  sewerage: 'Sewerage',
  metering: 'Meter operation',
  data_collection: 'Data collection',
  supplier: 'Standing charges and fees',
  rego: 'Certificates of origin (REGO)',
  export: 'Paid for export',
  ccl: 'Climate Change Levy',
  other: 'Other',
};

type Contract = Answers['/v1/tariffs']['tariffs'][number]['contract'];
export const contractWords: Readonly<Record<Contract, string>> = {
  fixed: 'fixed price',
  pass_through: 'networks and levies passed on',
  flexible: 'bought in parts, the rest at the market’s price',
  export: 'paid for export',
};

/** By how much a year lies from what was planned, as a word for the mark. */
export function monthName(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', {
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
}
