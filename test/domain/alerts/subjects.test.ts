import { describe, expect, it } from 'vitest';
import { heats } from '../../../domain/alerts/watched.ts';
import { columnsAskedFor, subjectsOf, treeOf } from '../../../domain/alerts/subjects.ts';
import { sampleEstate } from '../../simulators/sample-estate.ts';

const sites = new Map(subjectsOf(sampleEstate(), '2026-06-01').map((subjects) => [subjects.site, subjects]));
const at = (site: string) => {
  const found = sites.get(site);
  if (!found) throw new Error(`no site ${site}`);
  return found;
};
const termsOf = (site: string, meter: string) => at(site).uses.find((one) => one.meter.id === meter)?.terms;

describe('what is watched at the sites of the sample estate', () => {
  it('is every site that has a meter', () => {
    expect(sites.size).toBe(11);
  });

  it('is the use of a hospital and not its import: what panels and an engine make is in it', () => {
    expect(termsOf('saltmere-general', 'sal-e-main')).toEqual([
      { meter: 'sal-e-main', times: 1 },
      { meter: 'sal-e-pv', times: 1 },
      { meter: 'sal-e-chp', times: 1 },
      { meter: 'sal-e-export', times: -1 },
    ]);
    expect(termsOf('saltmere-general', 'sal-e-theatres')).toEqual([{ meter: 'sal-e-theatres', times: 1 }]);
  });

  it('is what is exported taken off at the main alone', () => {
    const terms = termsOf('osierley', 'osi-e-main');
    expect(terms).toContainEqual({ meter: 'osi-e-pv', times: 1 });
    expect(terms).toContainEqual({ meter: 'osi-e-export', times: -1 });
  });

  it('is a heat pump by its electricity and its heat, and a main that heats through it', () => {
    const { heatPumps, uses } = at('thistlecombe');
    expect(heatPumps).toEqual([{ electricity: 'thi-e-heat-pump', heat: 'thi-h-heat-pump' }]);
    const meters = new Map(uses.map(({ meter }) => [meter.id, meter]));
    expect(heats(meters.get('thi-e-main') as never)).toBe(true);
    expect(heats(meters.get('thi-w-main') as never)).toBe(false);
  });

  it('is panels by the nearest ones elsewhere, and a supply by what is agreed', () => {
    expect(at('brackenholt').panels.map(({ meter, yardstick }) => [meter.id, yardstick])).toEqual([
      ['bra-e-pv', 'sal-e-pv'],
    ]);
    const estate = sampleEstate();
    const alone = new Map(
      [...estate.meters].filter(([id, { technology }]) => id === 'bra-e-pv' || technology !== 'solar'),
    );
    const subjects = subjectsOf({ ...estate, meters: alone }, '2026-06-01');
    const panels = subjects.flatMap((one) => one.panels.map(({ meter, yardstick }) => [meter.id, yardstick]));
    expect(panels).toEqual([['bra-e-pv', undefined]]);
    expect(subjects.flatMap(columnsAskedFor)).toContain('bra-e-pv');
    expect(at('saltmere-general').points).toMatchObject([
      { meter: { id: 'sal-e-main' }, agreed: [{ value: 2500 }], powerFactor: { least: 0.93, most: 0.98 } },
    ]);
  });

  it('asks for the columns of all of them once, and knows which hangs behind which', () => {
    const asked = columnsAskedFor(at('brackenholt'));
    expect(asked).toContain('sal-e-pv');
    expect(new Set(asked).size).toBe(asked.length);
    const tree = treeOf(at('thistlecombe'));
    expect(tree.parentOf('thi-e-heat-pump')).toBe('thi-e-main');
    expect(tree.utilityOf('thi-w-main')).toBe('water');
  });
});
