import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { detect } from '../../../domain/alerts/detect.ts';
import { excessOf, type Finding } from '../../../domain/alerts/finding.ts';
import { type AlertKind, alertKindNames, defaultParameters } from '../../../domain/alerts/kinds.ts';
import { type Watched, watch } from '../../../domain/alerts/watched.ts';
import { toIso } from '../../../domain/time.ts';
import { halfHoursOf, seriesSchema, temperatures, windowOf } from './notation.ts';

/**
 * Every file of `cases/` is a series in short notation and what is found in it: the kind, from when to when (UTC), when
 * there was enough to say so, and what was used beyond what was expected, to two figures. Nothing at all is a finding
 * too: most of what looks odd is not.
 */
const folder = join(import.meta.dirname, 'cases');
const files = readdirSync(folder).sort();

const caseSchema = z.strictObject({
  title: z.string().min(20),
  from: z.iso.date(),
  days: z.number().int(),
  kinds: z.array(z.enum(alertKindNames)).default([...alertKindNames]),
  parameters: z.partialRecord(z.enum(alertKindNames), z.record(z.string(), z.number())).default({}),
  series: seriesSchema,
  findings: z.array(z.string()),
});

function said(finding: Finding): string {
  const at = (time: number): string => toIso(time).slice(0, 16);
  const to = finding.open ? `on (last ${at(finding.to)})` : `to ${at(finding.to)}`;
  const excess = Number(excessOf(finding).toPrecision(2));
  return `${finding.kind} ${at(finding.from)} ${to}, known ${at(finding.raised)}, ${excess} ${finding.unit}`;
}

function watchedOf(one: z.output<typeof caseSchema>): Watched {
  const clock = windowOf(one.from, one.days);
  const { series } = one;
  const { utility, role, site_type: siteType, end_use: endUse } = series;
  const meter = { id: 'meter', name: 'Meter', site: 'site', utility, role, siteType, endUse };
  const use = halfHoursOf(series, clock, temperatures(clock));
  return watch({ meter, clock, use, resolution: series.resolution });
}

test('there are more than a few', () => expect(files.length).toBeGreaterThan(5));

test.each(files)('%s', (file) => {
  const one = caseSchema.parse(parse(readFileSync(join(folder, file), 'utf8')));
  const watched = watchedOf(one);
  const found = one.kinds.flatMap((kind: AlertKind) =>
    detect(watched, kind, { ...defaultParameters(kind), ...one.parameters[kind] }),
  );
  expect(found.toSorted((a, b) => a.from - b.from).map(said)).toEqual(one.findings);
});
