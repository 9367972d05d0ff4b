import type { Plan, PlanRow } from './contract/plan-page.ts';
import type { Row } from './table-answer.ts';

/** A plan as rows, a figure or a sentence each, in the order of the page. */
export function* planRows(plan: Plan): Generator<PlanRow> {
  const sections: Iterable<Told>[] = [
    headlineRows(plan),
    yearRows(plan),
    stepRows(plan),
    pointRows(plan),
    gapRows(plan),
    measureRows(plan),
    savingRows(plan),
    indicatorRows(plan),
    decisionRows(plan),
  ];
  for (const section of sections) {
    for (const told of section) yield { ...empty, place: plan.place, id: plan.id, name: plan.name, ...told };
  }
}

/** What the page shows in tables, whole: a spreadsheet has a sheet of each. `plan` is the place that it is of. */
export function planLists(plans: readonly Plan[]): Readonly<Record<string, readonly Row[]>> {
  const of = (rows: (plan: Plan) => readonly Row[]): Row[] =>
    plans.flatMap((plan) => rows(plan).map((row) => ({ plan: plan.id, ...row })));
  return {
    measures: of(({ measures }) => measures),
    savings: of(({ savings }) => savings),
    gaps: of(({ trajectory }) => trajectory.gaps),
    decisions: of(({ decisions }) => decisions),
    trajectory: of(({ trajectory }) => trajectory.points),
  };
}

type Told = Partial<PlanRow> & Pick<PlanRow, 'section' | 'what'>;

const empty: PlanRow = {
  place: 'organisation',
  id: '',
  name: '',
  section: '',
  item: '',
  what: '',
  value: null,
  low: null,
  high: null,
  unit: '',
  measured_share: null,
  says: '',
};

function headlineRows({ headline }: Plan): Told[] {
  return headline.map((says) => ({ section: 'headline', what: 'sentence', says }));
}

function* yearRows({ year, renewable_electricity: renewable }: Plan): Generator<Told> {
  const section = 'year';
  const { measured_share } = year;
  yield { section, what: 'energy', value: year.energy_kwh, unit: 'kWh', measured_share };
  yield { section, what: 'energy a year before', value: year.before_kwh, unit: 'kWh' };
  yield { section, what: 'change of kWh/m²', value: year.change_share, unit: '1' };
  const says = year.notes.join('; ');
  yield { section, what: 'change, weather-corrected', value: year.corrected_change_share, unit: '1', says };
  const warned = year.warnings.join('; ');
  yield { section, what: 'emissions', value: year.emissions_kgco2e, unit: 'kgCO2e', measured_share, says: warned };
  if (!renewable) return;
  const { quarter: item, proven_share: value, answer, missing } = renewable;
  yield { section, item, what: 'renewable electricity', value, unit: '1', says: [answer, ...missing].join('; ') };
}

function stepRows({ steps }: Plan): Told[] {
  return steps.map(({ step, state, title, measures_installed: value, because }) => ({
    section: 'steps',
    item: `${step} ${title}`,
    what: state,
    value,
    unit: 'measures installed',
    says: because.join(' '),
  }));
}

const ofPoint = {
  emissions_kgco2e: 'emitted',
  unchanged_kgco2e: 'unchanged',
  grid_takes_off_kgco2e: 'the grid takes off',
  committed_kgco2e: 'with committed measures',
  probable_kgco2e: 'with probable ones too',
  possible_kgco2e: 'with all that is planned',
} as const;

function* pointRows({ trajectory }: Plan): Generator<Told> {
  for (const point of trajectory.points) {
    const about = { section: 'trajectory', item: `${point.target} ${point.baseline} ${point.year}`, unit: 'kgCO2e' };
    const [low, high] = [point.lower_line_kgco2e, point.upper_line_kgco2e];
    if (low !== null) yield { ...about, what: 'line of the target', low, high };
    for (const [key, what] of Object.entries(ofPoint) as [keyof typeof ofPoint, string][]) {
      if (point[key] === null) continue;
      yield { ...about, what, value: point[key], measured_share: what === 'emitted' ? point.measured_share : null };
    }
  }
}

function* gapRows({ trajectory }: Plan): Generator<Told> {
  for (const gap of trajectory.gaps) {
    const about = { section: 'gaps', item: `${gap.target} ${gap.baseline} ${gap.year}` };
    const says = gap.because.join('; ');
    yield { ...about, what: 'gap, all that is planned', value: gap.gap_possible_kgco2e, unit: 'kgCO2e' };
    yield { ...about, what: 'gap, committed', value: gap.gap_committed_kgco2e, unit: 'kgCO2e' };
    yield { ...about, what: 'capital planned', value: gap.planned_capital_gbp, unit: '£', says };
    yield { ...about, what: 'capital not secured', value: gap.unsecured_capital_gbp, unit: '£' };
    yield { ...about, what: 'the rest, indicative', value: gap.rest_indicative_gbp, unit: '£' };
  }
}

function* measureRows({ measures }: Plan): Generator<Told> {
  for (const one of measures) {
    const about = { section: 'measures', item: one.measure };
    const says = `${one.name}: step ${one.step}, ${one.status}`;
    yield { ...about, what: 'capital', value: one.capital_gbp, unit: '£', says };
    yield { ...about, what: 'expected saving', value: one.saves_kgco2e_per_year, unit: 'kgCO2e a year' };
    yield { ...about, what: 'cost of a tonne', value: one.cost_gbp_per_tco2e, unit: '£/tCO2e' };
    yield { ...about, what: 'payback', value: one.payback_years, unit: 'years', says: one.unknown.join(' ') };
  }
}

function savingRows({ savings }: Plan): Told[] {
  return savings.map((one) => {
    const isWater = one.utility === 'water';
    return {
      section: 'savings',
      item: one.measures.join(' '),
      what: `${one.kind} ${one.outcome}`,
      value: isWater ? one.saved_m3 : one.saved_kwh,
      low: isWater ? one.saved_low_m3 : one.saved_low_kwh,
      high: isWater ? one.saved_high_m3 : one.saved_high_kwh,
      unit: isWater ? 'm3' : 'kWh',
      measured_share: one.measured_share,
      says: [`${one.from} to ${one.to}`, one.verdict ?? '', ...one.because].filter((text) => text !== '').join('; '),
    };
  });
}

function indicatorRows({ indicators }: Plan): Told[] {
  return indicators.map((one) => ({
    section: 'indicators',
    item: one.site,
    what: one.indicator,
    value: one.value,
    low: one.low,
    high: one.high,
    unit: one.unit,
    measured_share: one.measured_share,
    says: one.says,
  }));
}

function decisionRows({ decisions }: Plan): Told[] {
  return decisions.map(({ kind, measure, site, says, capital_gbp: value }) => ({
    section: 'decisions',
    item: measure ?? site ?? '',
    what: kind,
    value,
    unit: value === null ? '' : '£',
    says,
  }));
}
