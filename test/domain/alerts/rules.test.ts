import { describe, expect, test } from 'vitest';
import { clockOf } from '../../../domain/alerts/clock.ts';
import { defaultRules } from '../../../domain/alerts/default-rules.ts';
import {
  alertKindNames,
  alertKinds,
  defaultParameters,
  moneyParameters,
  type Parameter,
  parametersOf,
} from '../../../domain/alerts/kinds.ts';
import { awayBy } from '../../../domain/alerts/opening-hours.ts';
import { type AlertRule, alertRuleFaults, alertRuleSchema } from '../../../domain/alerts/rule-register.ts';
import { ruleFor } from '../../../domain/alerts/rules.ts';
import type { WatchedMeter } from '../../../domain/alerts/watched.ts';
import { startOfDay } from '../../../domain/time.ts';

const meter: WatchedMeter = {
  id: 'e-main',
  name: 'Main',
  site: 'north',
  utility: 'electricity',
  role: 'main',
  siteType: 'acute_hospital',
};
const rule = (entry: object): AlertRule => alertRuleSchema.parse({ id: 'one', kind: 'night_base', ...entry });
const rises = (...rules: AlertRule[]): number => ruleFor('night_base', meter, rules).parameters.rises_by;

describe('numbers', () => {
  test('of every kind have a value within their bounds and a reason', () => {
    expect(alertKindNames).toHaveLength(18);
    for (const kind of alertKindNames) {
      const parameters = Object.entries(parametersOf(kind));
      expect(parameters.length).toBeGreaterThan(2);
      const wrong = parameters.filter(([, parameter]) => {
        const { value = Number.NaN, least = 0, most = 0, because = '' } = parameter ?? {};
        return !(value >= least && value <= most && because.length > 10);
      });
      expect(wrong).toEqual([]);
    }
  });

  test('of the rules that Meterhouse brings are right, and each says why', () => {
    expect(defaultRules.length).toBeGreaterThan(5);
    expect(defaultRules.flatMap(alertRuleFaults)).toEqual([]);
    expect(defaultRules.filter(({ because }) => because === undefined)).toEqual([]);
    expect(new Set(defaultRules.map(({ id }) => id)).size).toBe(defaultRules.length);
  });

  test('that a kind has not, or that are out of bounds, are said all at once', () => {
    const faults = alertRuleFaults(rule({ parameters: { rises_bye: 0.3, nights: 0, deviations: 3 } }));
    expect(faults.map(({ at, found, detail }) => [at[1], found, detail])).toEqual([
      ['rises_bye', 'rises_bye', 'night_base has no such number; did you mean rises_by?'],
      ['nights', '0', 'the number is out of its bounds'],
    ]);
  });
});

test('docs/alert-rules.md says what the tables say; `npx vitest run test/domain/alerts/rules.test.ts -u` writes it again', async () => {
  const kinds = alertKindNames.flatMap((kind) => {
    const { says, utilities, roles } = alertKinds[kind];
    return [
      `## ${kind}`,
      '',
      `${says.charAt(0).toUpperCase()}${says.slice(1)}. Looked for at: ${utilities.join(', ')} (${roles.join(', ')}).`,
      '',
      '| number | unit | value | from | to | because |',
      '|---|---|---|---|---|---|',
      ...Object.entries<Parameter>(alertKinds[kind].parameters).map(
        ([name, { unit, value, least, most, because }]) =>
          `| \`${name}\` | ${unit} | ${value} | ${least} | ${most} | ${because} |`,
      ),
      '',
    ];
  });
  const brought = defaultRules.map(({ kind, site_types = [], utilities = [], parameters, because }) => {
    const numbers = Object.entries(parameters).map(([name, value]) => `\`${name}\` ${value}`);
    return `| \`${kind}\` | ${[...site_types, ...utilities].join(', ')} | ${numbers.join(', ')} | ${because} |`;
  });
  const money = Object.entries<Parameter>(moneyParameters).map(
    ([name, { unit, value, because }]) => `| \`${name}\` | ${unit} | ${value} | ${because} |`,
  );
  const page = [
    '# By which numbers alerts are told',
    '',
    'Each kind of alert has numbers, and each number has a reason. An entry under `alert_rules:` of the estate folder changes',
    'those it names, for the estate, for types of site or meter, for sites or for meters; the most particular entry wins,',
    'and `enabled: false` ends the looking:',
    '',
    '```yaml',
    'alert_rules:',
    '  - id: theatres-run-late',
    '    kind: left_on',
    '    meters: [saltmere-theatres]',
    '    parameters: { hours: 6 }',
    '    because: lists end at nine on Thursdays',
    '```',
    '',
    '`meterhouse check` judges the entries. How to find numbers that fit, and try them before they hold:',
    '[tuning-alerts.md](tuning-alerts.md); what an alert looks like to who receives it: [alerts.md](alerts.md).',
    '',
    'This page is written from `domain/alerts/kinds.ts` and `default-rules.ts` by',
    '`npx vitest run test/domain/alerts/rules.test.ts -u`.',
    '',
    '## Of every kind',
    '',
    '| number | unit | value | because |',
    '|---|---|---|---|',
    ...money,
    '',
    '## Where other numbers fit better',
    '',
    '| kind | where | numbers | because |',
    '|---|---|---|---|',
    ...brought,
    '',
    ...kinds,
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/alert-rules.md');
});

describe('a rule', () => {
  test('changes only the numbers it names', () => {
    const { parameters, rules } = ruleFor('night_base', meter, [rule({ parameters: { rises_by: 0.3 } })]);
    expect(parameters).toEqual({ ...defaultParameters('night_base'), rises_by: 0.3 });
    expect(rules.map(({ id }) => id)).toEqual(['one']);
  });

  test('of a meter goes before one of its site, that before one of its type, and that before one of the estate', () => {
    const estate = rule({ parameters: { rises_by: 0.2 } });
    const type = rule({ site_types: ['acute_hospital'], parameters: { rises_by: 0.3 } });
    const finer = rule({ site_types: ['acute_hospital'], roles: ['main'], parameters: { rises_by: 0.35 } });
    const site = rule({ sites: ['north'], parameters: { rises_by: 0.4 } });
    const own = rule({ meters: ['e-main'], parameters: { rises_by: 0.5 } });
    expect(rises()).toBe(0.15);
    expect(rises(own, site, finer, type, estate)).toBe(0.5);
    expect(rises(site, finer, type, estate)).toBe(0.4);
    expect(rises(finer, type, estate)).toBe(0.35);
    expect(rises(type, estate)).toBe(0.3);
    expect(rises(estate)).toBe(0.2);
    expect(rises(estate, rule({ id: 'later', parameters: { rises_by: 0.25 } }))).toBe(0.25);
  });

  test('of others does not hold here', () => {
    const elsewhere = [
      rule({ sites: ['south'] }),
      rule({ meters: ['g-main'] }),
      rule({ utilities: ['gas'] }),
      rule({ end_uses: ['lighting'] }),
      rule({ kind: 'step' }),
    ].map((one) => ({ ...one, parameters: { rises_by: 9 }, enabled: false }));
    expect(rises(...elsewhere)).toBe(0.15);
    expect(ruleFor('night_base', meter, elsewhere).enabled).toBe(true);
  });

  test('of the estate goes before those that Meterhouse brings', () => {
    const gas = { ...meter, utility: 'gas' } as const;
    const excess = (...rules: AlertRule[]): number => ruleFor('night_base', gas, rules).parameters.excess_kw;
    expect(excess()).toBe(2);
    expect(excess(rule({ parameters: { excess_kw: 7 } }))).toBe(7);
  });

  test('may turn a kind off for a site and on again for one of its meters', () => {
    const off = rule({ sites: ['north'], enabled: false });
    const on = rule({ meters: ['e-main'], enabled: true });
    expect(ruleFor('night_base', meter, [off]).enabled).toBe(false);
    expect(ruleFor('night_base', meter, [on, off]).enabled).toBe(true);
  });

  test('never makes a kind look at what it cannot be told of', () => {
    const on = rule({ kind: 'night_flow', meters: ['e-main'], enabled: true });
    expect(ruleFor('night_flow', meter, [on]).enabled).toBe(false);
  });
});

describe('opening hours', () => {
  // Thursday 2 April, Good Friday, Saturday, Sunday.
  const from = startOfDay('2026-04-02');
  const clock = clockOf(from, 4 * 48);
  const openOn = (hours: Parameters<typeof awayBy>[1]): number[] => {
    const away = awayBy(clock, hours);
    return [0, 1, 2, 3].map((d) => 48 - (away?.subarray(48 * d, 48 * d + 48).reduce((sum, one) => sum + one, 0) ?? 0));
  };

  test('are those of the day, and a bank holiday has its own or none', () => {
    expect(openOn({ monday_to_friday: '08:00-18:30', saturday: '09:00-12:15' })).toEqual([21, 0, 7, 0]);
    expect(openOn({ monday_to_friday: '08:00-18:30', bank_holidays: '10:00-12:00' })).toEqual([21, 4, 0, 0]);
  });

  test('of a site that never closes, or does not say, are left to be learned', () => {
    expect(awayBy(clock, '24h')).toBeUndefined();
    expect(awayBy(clock, undefined)).toBeUndefined();
  });
});
