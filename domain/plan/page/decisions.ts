import type { MeasureStanding } from '../measure-standing.ts';
import { isToCome } from '../register.ts';
import { milestonesAhead } from '../trajectory/trajectory.ts';
import { number, pounds, tonnes } from '../words.ts';
import { type Decision, decisionKindNames, type PlanParts } from './page.ts';
import { reasonsOf } from './steps-together.ts';

/**
 * What somebody has to decide or to find out next. Each is a fact of the register or of a meter, none a judgement of
 * how much is good enough; of one kind the nearest in time comes first, then the largest in tonnes.
 */
export function decisionsOf(parts: PlanParts): Decision[] {
  const all = [
    ...contradictions(parts),
    ...moreNeeded(parts),
    ...notSaving(parts),
    ...parts.measures.flatMap((measure) => ofMeasure(measure)),
    ...withoutMeasures(parts),
  ];
  const rank = ({ kind }: Decision): number => decisionKindNames.indexOf(kind);
  return all.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.by ?? '9').localeCompare(b.by ?? '9') ||
      Math.abs(b.kgco2e ?? 0) - Math.abs(a.kgco2e ?? 0),
  );
}

function contradictions({ standing, sites }: PlanParts): Decision[] {
  return standing.flatMap(({ site, steps }) =>
    steps
      .filter(({ state }) => state === 'contradicted')
      .map(({ step, because }) => ({
        kind: 'contradicted' as const,
        site,
        step,
        says: `${sites.get(site) ?? site}, step ${step}: ${reasonsOf(because).join('; ')}`,
      })),
  );
}

/** The first milestone ahead of each target that is missed although all comes. */
function moreNeeded({ trajectories }: PlanParts): Decision[] {
  return trajectories.flatMap((trajectory): Decision[] => {
    const { target } = trajectory;
    const missed = milestonesAhead(trajectory).find(({ gap }) => gap !== undefined && gap.possible > 0);
    if (!missed?.gap) return [];
    const { year, gap, money } = missed;
    return [
      {
        kind: 'more_needed',
        says: `${target.name}: all that is planned leaves ${tonnes(gap.possible)} tCO2e too much in ${year}`,
        kgco2e: gap.possible,
        gbp: money.rest,
        by: `${year}-01-01`,
      },
    ];
  });
}

/** A meter that shows more use than before, or at most less of a saving than the least that was expected. */
function notSaving({ savings, measures }: PlanParts): Decision[] {
  const names = new Map(measures.map(({ entry }) => [entry.id, entry.name]));
  const idle = new Set(measures.filter(expectsNothing).map(({ entry }) => entry.id));
  return savings.flatMap(({ outcome, measures: ids, site, expected, unit, meter }): Decision[] => {
    const named = ids.map((id) => names.get(id) ?? id).join(', ');
    const about = { site, measure: ids[0] };
    if (outcome.how === 'unverifiable' || outcome.how === 'disqualified') {
      // Of sub-meters nothing is expected, so nothing has to be shown.
      return outcome.how === 'unverifiable' && outcome.because === 'no_meters' && !ids.every((id) => idle.has(id))
        ? [{ kind: 'unverifiable', ...about, says: `${named}: no meter is named that would show what it saves` }]
        : [];
    }
    if (outcome.how === 'metered') return [];
    const { verdict, perYear } = outcome.saving;
    // A heat pump is expected to take more.
    if (verdict === 'uses_more' && !(expected && expected.saves < 0)) {
      return [{ kind: 'not_saving', ...about, says: `${named}: ${meter} uses more than before the works` }];
    }
    if (perYear === undefined || expected === undefined || perYear.high >= expected.low) return [];
    const most = `${number(perYear.high)} ${unit === 'm3' ? 'm³' : 'kWh'}`;
    const says = `${named}: at most ${most} a year are saved, at least ${number(expected.low)} were expected`;
    return [{ kind: 'not_saving', ...about, says }];
  });
}

function expectsNothing({ entry, expected }: MeasureStanding): boolean {
  return expected.length === 0 && entry.expected_gbp === undefined && entry.expected_kgco2e === undefined;
}

function ofMeasure({ entry, status, finance, warnings, outOfOrder, kgco2ePerYear, step }: MeasureStanding): Decision[] {
  if (!isToCome(status)) return [];
  const about = { measure: entry.id, site: entry.site, step, kgco2e: kgco2ePerYear?.value };
  const by = entry.works?.from ?? entry.planned?.from;
  const end = entry.works?.to ?? entry.planned?.to;
  const gap = finance.fundingGap ?? 0;
  return [
    ...(warnings.includes('late')
      ? [
          {
            kind: 'late' as const,
            ...about,
            by: end,
            says: `${entry.name} was to be finished on ${end}`,
          },
        ]
      : []),
    ...(status !== 'proposed' && gap > 0
      ? [{ kind: 'funding' as const, ...about, by, gbp: gap, says: `${entry.name}: ${pounds(gap)} are not secured` }]
      : []),
    ...outOfOrder.slice(0, 1).map(({ says }) => ({ kind: 'order' as const, ...about, by, says })),
    ...(status === 'proposed'
      ? [{ kind: 'approve' as const, ...about, by, gbp: finance.capital, says: `${entry.name} is proposed` }]
      : []),
  ];
}

function withoutMeasures({ standing, sites }: PlanParts): Decision[] {
  return standing.flatMap(({ site, standsAt, steps }) => {
    const one = steps.find(({ step }) => step === standsAt);
    if (one?.state !== 'no_measures') return [];
    const where = `${sites.get(site) ?? site} stands at step ${one.step}`;
    const says = `${where}, and nobody has written down what is to be done`;
    return [{ kind: 'no_measures' as const, site, step: one.step, says }];
  });
}
