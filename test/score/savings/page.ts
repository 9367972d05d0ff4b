import { judged, leftOutLine, type Recovery, recoveryLine } from './recovery.ts';

/** The page `docs/savings-quality.md`. */
export function savingsPage(of: {
  readonly plain: readonly Recovery[];
  readonly twisted: readonly (readonly [name: string, recovery: Recovery])[];
}): string {
  const head = [
    '| | buildings | heat loss: true in | half width | bias | base: true in | half width | bias | saving: true in | half width | bias |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  return [
    '# How well savings are told',
    '',
    'Made by `npm run score:savings -- --write`; a test of every build works out the first line again.',
    '',
    `${judged.seeds} buildings are made by physics, not by the model that judges them (\`test/score/savings/building.ts\`): half-hour by`,
    'half-hour, heat flows through slow walls and by ventilation that the wind drives, the room keeps heat, a thermostat is lower at weekends',
    'where the building closes, hot water follows who is there, wind and people come and go over days, days are lost, and temperatures',
    'too. The weather is that of Bath. After a year a measure saves up to a third of the heat loss and a quarter of the base, or nothing.',
    'Heat loss, base and saving are known. An interval of 90 % should hold the truth in nine cases of ten: the tests ask for 86 to 94 %',
    'of each, of the method that Meterhouse takes.',
    '',
    'The half width is the median of half the interval, as a share of the true heat loss, of the true base, and for savings of what was',
    'expected of the year; bias is the mean of best less true, as the same share.',
    '',
    ...of.plain.filter(({ method }) => method === judged.method).flatMap((one) => [leftOutLine(one), '']),
    ...head,
    ...of.plain.map((one) => recoveryLine(`\`${one.method}\``, one)),
    '',
    'CalTRACK is there to be compared with the reference. Its sharp balance point and its walls without memory take a part of the heating',
    'of mild days for base, and make the slope too flat: its savings can be relied on, its heat loss and base cannot.',
    '',
    '## What no interval knows',
    '',
    'The same buildings by `day_types`, with what a meter and a thermometer cannot see:',
    '',
    ...head,
    ...of.twisted.map(([name, one]) => recoveryLine(name, one)),
    '',
    'The sun shines more when it is warmer, so what it heats looks like a steeper slope, and dull weeks look like errors that last: the',
    'intervals grow and hold the truth more often than they say. A building whose heating is set back at night cools further when it is cold,',
    'so its slope looks flatter than its walls are, and no interval tells: the heat loss is that of the building as it is run. A saving does',
    'not suffer: both sides of it err alike.',
    '',
  ].join('\n');
}
