import type { MeasureKind } from '../tariffs/charge-units.ts';
import type { Charge, ChargeKind } from '../tariffs/charges.ts';

/**
 * What suppliers usually call the lines of a bill. The first entry whose words stand in a name tells what it is for;
 * kinds are in order of likelihood, since a standing charge may be the supplier's or the network's.
 */
export interface UsualName {
  readonly words: RegExp;
  readonly kinds: readonly ChargeKind[];
  readonly measure?: MeasureKind;
  readonly of?: NonNullable<Charge['of']>;
}

export const usualNames: readonly UsualName[] = [
  { words: /exce(ss|eded)/, kinds: ['duos', 'other'], measure: 'capacity', of: 'exceeded' },
  { words: /reactive|kvarh/, kinds: ['duos', 'other'], measure: 'reactive' },
  { words: /capacity market/, kinds: ['cm'] },
  { words: /maximum demand/, kinds: ['duos', 'other'], measure: 'capacity', of: 'maximum_demand' },
  { words: /capacity|availability|\bkva\b/, kinds: ['duos', 'other'], measure: 'capacity', of: 'agreed' },
  { words: /climate change|\bccl\b/, kinds: ['ccl'] },
  { words: /renewables? obligation|\bro(cs?)?\b/, kinds: ['ro'] },
  { words: /contracts? for difference|\bcfd\b/, kinds: ['cfd'] },
  { words: /feed.?in|\bfit\b/, kinds: ['fit'] },
  { words: /aahedc|assistance for areas|hydro benefit/, kinds: ['aahedc'] },
  { words: /bsuos|balancing/, kinds: ['bsuos'] },
  { words: /tnuos|transmission/, kinds: ['tnuos'] },
  { words: /nuclear|\brab\b/, kinds: ['rab'] },
  { words: /green gas/, kinds: ['green_gas_levy'] },
  { words: /\brego\b|certificates? of origin|renewable (energy )?premium/, kinds: ['rego'] },
  { words: /duos|distribution/, kinds: ['duos'] },
  { words: /transportation|\bldz\b|\bntn?s\b/, kinds: ['transportation'] },
  { words: /meter operat|\bmop\b|metering|meter rent/, kinds: ['metering'] },
  { words: /data (collect|aggregat)|\bdc ?\/? ?da\b/, kinds: ['data_collection'] },
  { words: /sewer|waste ?water|foul/, kinds: ['sewerage'] },
  {
    words: /standing|daily charge|fixed charge/,
    kinds: ['supplier', 'duos', 'water_supply', 'sewerage'],
    measure: 'time',
  },
  { words: /management|service fee|admin|settlement/, kinds: ['supplier'] },
  { words: /export/, kinds: ['export'] },
  { words: /water/, kinds: ['water_supply'] },
  { words: /\b(red|amber|green)\b/, kinds: ['duos'], measure: 'energy' },
  { words: /energy|units?\b|\bday\b|\bnight\b|consumption|commodity|electricity|\bgas\b|kwh/, kinds: ['energy'] },
];

/** A name as it is compared: small letters, single spaces. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[\s_\-–—:,.()]+/g, ' ')
    .trim();
}

export function usualNameOf(name: string): UsualName | undefined {
  const plain = plainName(name);
  return usualNames.find(({ words }) => words.test(plain));
}
