import { describe, expect, it } from 'vitest';
import { learningLook } from '../../../domain/alerts/look.ts';
import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import { daySeconds } from '../../../domain/time.ts';
import { SiteSlice } from '../../../domain/alerts/slice.ts';
import { columnsOf, sampleModel } from './simulated-site.ts';

/** A hundred and sixty days of a practice, the last of which are not over yet. */
const model = sampleModel('2026-01-05');
const period = { from: model.start, to: model.start + 161 * daySeconds };
const until = period.to - 12 * 3600;
const usual = columnsOf(model, 'thistlecombe', period, until);

/** The same with more at a meter from a day on. */
function more(columns: SiteColumns, meters: readonly string[], day: number, kwh: number): SiteColumns {
  const changed = new Map(columns.columns);
  for (const meter of meters) {
    const column = (columns.columns.get(meter) as Float64Array).map((value, i) =>
      i >= 48 * day ? value + kwh : value,
    );
    changed.set(meter, column);
  }
  return { ...columns, columns: changed };
}

describe('the learning look at a site', () => {
  it('says of each meter until when it is known and learned, and what it could detect', () => {
    const { meters } = learningLook({ columns: usual, rules: [] });
    expect(meters.map(({ meter }) => meter)).toEqual(usual.subjects.uses.map(({ meter }) => meter.id));
    const water = meters.find(({ meter }) => meter === 'thi-w-main');
    expect(water).toMatchObject({ knownUntil: until, learnedUntil: period.to });
    expect(water?.sizes.map(({ kind }) => kind)).toContain('night_flow');
    expect(water?.sizes[0]?.rate).toBeGreaterThan(0);
    // It is too young for a slow drift to be told.
    expect(water?.sizes.find(({ kind }) => kind === 'drift')?.rate).toBeNaN();
  });

  it('finds a load that came and stays, as one alert of the site with its worth and its chart', () => {
    const day = 150;
    const from = period.from + day * daySeconds;
    const columns = {
      ...more(usual, ['thi-w-main'], day, 0.2),
      worth: new Map([['thi-w-main', { price: 2, kgco2e: 0.3 }]]),
    };
    const { seen } = learningLook({ columns, rules: [] });
    const of = seen.filter((one) => one.subject === 'thi-w-main' && one.open);
    expect(of).toHaveLength(1);
    const [leak] = of;
    expect(leak).toMatchObject({ site: 'thistlecombe', family: 'water', open: true });
    expect(Math.abs((leak?.from ?? 0) - from)).toBeLessThanOrEqual(daySeconds);
    // 0.4 m³/h are 67 m³ a week, at £2.
    expect(leak?.worth.gbpPerWeek).toBeGreaterThan(100);
    expect(leak?.worth.gbpPerWeek).toBeLessThan(170);
    expect(leak?.rate).toBeCloseTo(0.4, 1);
    expect(leak?.evidence.chart?.measured.length).toBeGreaterThan(48);
  });

  it('learns nothing of what alerts call abnormal', () => {
    const day = 60;
    const columns = more(usual, ['thi-w-main'], day, 0.2);
    const span = { meters: ['thi-w-main'], from: period.from + day * daySeconds, to: until };
    const level = (abnormal: readonly (typeof span)[]): number => {
      const watched = learningLook({ columns, rules: [], abnormal, kinds: ['night_flow'] }).watched.get('thi-w-main');
      return watched?.expected.level.at(-96) ?? Number.NaN;
    };
    // After two months a leak has become usual, but not where an alert says that it is one.
    expect(level([])).toBeGreaterThan(0.2);
    expect(level([span])).toBeLessThan(0.1);
  });

  it('looks for nothing that rules switch off', () => {
    const columns = more(usual, ['thi-w-main'], 150, 0.2);
    const kinds = ['night_flow', 'continuous_flow'] as const;
    const ofWater = (rules: Parameters<typeof learningLook>[0]['rules']) =>
      learningLook({ columns, rules, kinds }).findings.length;
    expect(ofWater([])).toBeGreaterThan(0);
    expect(ofWater(kinds.map((kind) => ({ id: kind, kind, enabled: false, parameters: {} })))).toBe(0);
  });

  it('finds nothing twice and nothing else when asked twice', () => {
    expect(learningLook({ columns: usual, rules: [] }).seen).toEqual(learningLook({ columns: usual, rules: [] }).seen);
  });

  it('expects something today of what follows the weather, and is less sure of it', () => {
    const { clock, watched } = learningLook({ columns: usual, rules: [], kinds: ['supply_lost'] });
    const main = watched.get('thi-e-main');
    const today = clock.days.at(-2)?.first ?? 0;
    expect(main?.factors?.on(clock.days.length - 2).follows).toBe(true);
    const width = (from: number): number => {
      const { level, spread } = main?.expected ?? {};
      let sum = 0;
      for (let i = from; i < from + 48; i++) sum += (spread?.[i] ?? Number.NaN) / (level?.[i] ?? Number.NaN);
      return sum / 48;
    };
    expect(width(today)).toBeGreaterThan(width(today - 48));
  });

  it('tells at once that the supply of what follows the weather has failed', () => {
    const columns = columnsOf(model, 'brackenholt', period, until);
    const look = learningLook({ columns, rules: [], kinds: ['supply_lost'] });
    expect(look.watched.get('bra-e-main')?.factors?.on(look.clock.days.length - 2).follows).toBe(true);
    const slice = new SiteSlice({ columns, look, rules: [], until });
    // Panels stop with the supply.
    const terms = columns.subjects.uses.find(({ meter }) => meter.id === 'bra-e-main')?.terms ?? [];
    expect(terms.length).toBeGreaterThan(1);
    for (const { meter } of terms) slice.take(meter, until, new Float64Array(1));
    const lost = slice.look().seen.filter(({ kind }) => kind === 'supply_lost');
    expect(lost).toMatchObject([{ subject: 'bra-e-main', from: until, open: true, severity: 1 }]);
  });
});
