import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Cause, causesOf } from '../../../domain/alerts/causes.ts';
import { detect } from '../../../domain/alerts/detect.ts';
import type { Finding } from '../../../domain/alerts/finding.ts';
import { type AlertKind, alertKindNames, defaultParameters } from '../../../domain/alerts/kinds.ts';
import { severityOf, together } from '../../../domain/alerts/severity.ts';
import { worthOf } from '../../../domain/alerts/worth.ts';
import type { Utility } from '../../../domain/estate/vocabulary.ts';
import { toIso } from '../../../domain/time.ts';
import { type Case, caseSchema, meterKinds, subjectOf } from './cases.ts';

/**
 * Every file of `cases/` is a series in short notation and what is found in it: the kind, from when to when (UTC), when
 * there was enough to say so, and what was used beyond what was expected, to two figures. Nothing at all is a finding
 * too: most of what looks odd is not.
 */
const folder = join(import.meta.dirname, 'cases');
const files = readdirSync(folder).sort();
const cases = new Map<string, Case>(
  files.map((file) => [file, caseSchema.parse(parse(readFileSync(join(folder, file), 'utf8')))]),
);

function said(finding: Finding): string {
  const at = (time: number): string => toIso(time).slice(0, 16);
  const to = finding.open ? `on (last ${at(finding.to)})` : `to ${at(finding.to)}`;
  const excess = Number(excessOf(finding).toPrecision(2));
  return `${finding.kind} ${at(finding.from)} ${to}, known ${at(finding.raised)}, ${excess} ${finding.unit}`;
}

/** All that was used beyond what was expected, of what is known, in the unit of the finding. */
function excessOf({ excess }: Pick<Finding, 'excess'>): number {
  let sum = 0;
  for (const one of excess) if (!Number.isNaN(one)) sum += one;
  return sum;
}

test('every kind has a case that finds it and a case that does not', () => {
  expect(files.length).toBeGreaterThan(30);
  const found = new Set([...cases.values()].flatMap(({ findings }) => findings.map((line) => line.split(' ')[0])));
  const silent = new Set([...cases.values()].flatMap(({ findings, kinds }) => (findings.length === 0 ? kinds : [])));
  expect(alertKindNames.filter((kind) => !found.has(kind))).toEqual([]);
  expect(alertKindNames.filter((kind) => !silent.has(kind))).toEqual([]);
});

test('rules of cases name parameters that there are', () => {
  for (const { parameters } of cases.values()) {
    for (const [kind, numbers] of Object.entries(parameters)) {
      expect(Object.keys(defaultParameters(kind as AlertKind))).toEqual(expect.arrayContaining(Object.keys(numbers)));
    }
  }
  expect(meterKinds.length).toBeGreaterThan(10);
});

const prices = { power: 0.25, heat: 0.06, water: 3 } as const;

function told(cause: Cause): string {
  const at = (time: number): string => toIso(time).slice(0, 16);
  const price = prices[cause.family as keyof typeof prices];
  const worth = together(cause.counted.map((one) => worthOf(one, { price })));
  const severity = severityOf(cause, worth, defaultParameters(cause.kind));
  const money = worth.gbpPerWeek === null ? 'no price' : `£${Number(worth.gbpPerWeek.toPrecision(2))} a week`;
  return `${cause.kind} raised ${at(cause.raised)}, severity ${severity}, ${money}${cause.open ? '' : ', over'}`;
}

test.each(files)('%s', (file) => {
  const one = cases.get(file) as Case;
  const found = one.kinds.flatMap((kind: AlertKind) =>
    detect(kind, subjectOf(one, kind), { ...defaultParameters(kind), ...one.parameters[kind] }),
  );
  expect(found.toSorted((a, b) => a.from - b.from).map(said)).toEqual(one.findings);
  const utilityOf = (meter: string): Utility =>
    meter === 'chillers' ? 'electricity' : (one.series?.utility ?? (one.balance?.rest.utility as Utility) ?? 'heat');
  const causes = causesOf(found, { utilityOf, parentOf: () => undefined });
  expect(causes.map(told)).toEqual(one.alerts ?? causes.map(told));
});

test('what comes of several findings is said of some, and of some that nobody is told anything', () => {
  const withAlerts = [...cases.values()].flatMap(({ alerts, findings }) =>
    alerts ? [[findings.length, alerts.length]] : [],
  );
  expect(withAlerts.length).toBeGreaterThan(8);
  expect(withAlerts.some(([findings = 0, alerts = 0]) => findings > 2 && alerts === 1)).toBe(true);
  expect(withAlerts.some(([, alerts]) => alerts === 0)).toBe(true);
});
