import { daySeconds, utcDateOf } from '../../../domain/time.ts';
import type { TrueCause } from '../../../simulators/true-causes.ts';
import { causesFrom } from './causes.ts';
import { isTold, type JudgedCause } from './judge.ts';
import { type JudgedAlert, type Method, methods, periodOf, type SeedResult } from './seed.ts';

/** What several seeds come to, for one way of looking. */
interface Whole {
  readonly causes: readonly JudgedCause[];
  readonly told: readonly JudgedAlert[];
  readonly digest: readonly JudgedAlert[];
  readonly siteMonths: number;
}

function wholeOf(results: readonly SeedResult[], method: Method): Whole {
  const alerts = results.flatMap(({ by }) => by[method].alerts);
  return {
    causes: results.flatMap(({ by }) => by[method].causes),
    told: alerts.filter(isTold),
    digest: alerts.filter((alert) => !isTold(alert)),
    siteMonths: results.reduce((sum, { sites, months }) => sum + sites * months, 0),
  };
}

/** Pounds a week from which on a cause is one that must be found. */
const worthTelling = 20;

/** Causes that must be found: large by money and by what was stated; a supply that is lost always is. */
function mustBeFound({ causes }: Pick<Whole, 'causes'>): readonly JudgedCause[] {
  return causes.filter((one) => one.isStated && (one.gbpPerWeek > worthTelling || one.kind === 'supply-lost'));
}

function share(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} % (${part} of ${whole})`;
}

/** The figures of some seeds in one line of a table. */
export function figuresOf(results: readonly SeedResult[], method: Method = 'meterhouse'): string {
  const whole = wholeOf(results, method);
  const must = mustBeFound(whole);
  const cells = [
    share(must.filter(({ found }) => found?.told).length, must.length),
    share(must.filter(({ found }) => found).length, must.length),
    share(whole.told.filter(({ of }) => of).length, whole.told.length),
    (whole.told.filter(({ of }) => !of).length / whole.siteMonths).toFixed(2),
    `${whole.told.filter(({ isRepeat }) => isRepeat).length}`,
    share(whole.digest.filter(({ of }) => !of).length, whole.digest.length),
  ];
  return cells.join(' | ');
}

/** The rate of false alerts over the months in which there are causes to find: those before are easy ones. */
function afterLearning(results: readonly SeedResult[]): string[] {
  const isEarly = (alert: JudgedAlert, seed: number): boolean => alert.raised < periodOf(seed).from + causesFrom;
  const falsely = results.flatMap(({ seed, by }) =>
    by.meterhouse.alerts.filter((one) => isTold(one) && !one.of).map((one) => isEarly(one, seed)),
  );
  const late = falsely.filter((early) => !early).length;
  const months = results.reduce((sum, one) => sum + one.sites * (one.months - causesFrom / daySeconds / 30.4), 0);
  return [
    'The site-months of this table are all of the fifteen, the first hundred days too, in which meters are learned, much cannot be raised yet and no',
    `cause begins. Of the seeds kept out ${falsely.length - late} of ${falsely.length} false alerts were raised in those days; over the months after them, in which causes can`,
    `be found, it is ${(late / months).toFixed(3)} false alerts a site and month (${late} in ${months.toFixed(0)} site-months).`,
    '',
  ];
}

const figuresHead = [
  '| | told of | told of, or in the digest | alerts that are of a cause | false alerts a site and month | second alerts of one cause | digest lines of no cause |',
  '| --- | --- | --- | --- | --- | --- | --- |',
];

export interface ScoredPage {
  readonly tuned: readonly SeedResult[];
  readonly kept: readonly SeedResult[];
  /** Lines of the part that the tests run again. */
  readonly part: readonly string[];
  /** The section about the real school. */
  readonly school: readonly string[];
}

export function alertPage({ tuned, kept, part, school }: ScoredPage): string {
  const seedsOf = (results: readonly SeedResult[]): string => results.map(({ seed }) => seed).join(', ');
  const whole = wholeOf(kept, 'meterhouse');
  const [first] = kept;
  return [
    '# How well abnormal use is found',
    '',
    ...introduction(first, seedsOf(tuned), seedsOf(kept)),
    ...figuresHead,
    `| **kept out of tuning** (seeds ${seedsOf(kept)}) | ${figuresOf(kept)} |`,
    `| tuned on (seeds ${seedsOf(tuned)}) | ${figuresOf(tuned)} |`,
    '',
    'Wanted: at least 95 % told of, at least 90 % of alerts of a cause, fewer than one false alert a site and month.',
    '',
    ...afterLearning(kept),
    ...howMatched,
    '## By size',
    '',
    'Of the seeds kept out; "stated" are the causes that exceed what their meter said it could detect.',
    '',
    ...bySize(whole),
    '',
    '## By kind',
    '',
    'Of the seeds kept out. The delay is from the beginning of a cause to its alert, in the middle of those found; a cause that creeps',
    'begins with nothing. No capacity peak and no wear was as large as stated, so that nothing is proven of those two: a capacity that is stated holds',
    'for weekends too, and wear is stated by drift, which needs half a year of electricity and most of a year of heat before it says anything.',
    '',
    ...byKind(whole),
    '',
    '## What was missed, and what was told falsely',
    '',
    'Of the seeds kept out: causes that had to be told of and were not.',
    '',
    ...missed(whole),
    '',
    'Alerts that are of no cause:',
    '',
    ...falselyTold(whole),
    '',
    '## Beside other ways of looking',
    '',
    ...others,
    ...figuresHead,
    ...methods.map((method) => `| ${methodNames[method]} | ${figuresOf(kept, method)} |`),
    '',
    '## A part that the tests run again',
    '',
    'Two practices of seed 101, by `test/score/alerts/alert-quality.test.ts`; when it differs, something that finds alerts has changed,',
    'and this page is to be written again.',
    '',
    ...part,
    '',
    ...school,
    '',
  ].join('\n');
}

function introduction(first: SeedResult | undefined, tuned: string, kept: string): string[] {
  const { sites = 0, meters = 0 } = first ?? {};
  return [
    'Written by `npm run score:alerts -- --write`; the figures are as measured. A simulated estate lives for fifteen months: the sample estate',
    `(${sites} sites of seven types, ${meters} meters whose use is watched), with chillers and reactive energy metered at three sites. Its half-hours come as a house`,
    'sees them: in steps of the registers, with gaps, with a thermometer that is up to a degree or two off, with panels of which no two are',
    'shone on alike. From the hundredth day on causes of abnormal use begin at each site by chance, of seventeen kinds, one after another of',
    'each utility with five to ten weeks between them, many too small to be found. The product looks at all of it with its own learning',
    'look, which never knows of a day what came later, and twice, so that what alerts say is abnormal is not learned from, as when it looks',
    'each day.',
    '',
    `Rules and detectors were tuned on seeds ${tuned} only. Seeds ${kept} were kept out, and run once when tuning was over.`,
    '',
    'Told of: an alert of its own was raised (severity 1 to 3), of causes above £20 a week that exceed the size their meter stated when they',
    'began and last as long as is said there, and of every supply that was lost.',
    '',
  ];
}

const howMatched = [
  '## How alerts and causes are matched',
  '',
  '- An alert is of a cause when it is of the same site and of a meter at which the cause shows (the one it is at, and those above it),',
  '  overlaps with it, and was raised after it began and no later than a week after it was over. A cause of reactive energy is matched by an',
  '  alert of the power factor and by no other. Everything else is a false alert.',
  '- The size of a cause is what its meter counts more than it would have without it, in the last four weeks of it: kW or m³/h, and £ a week',
  '  at stated prices (electricity 25 p, gas 6 p, heat 8 p a kWh, water £3.60 a m³).',
  '- It exceeds the stated size where one of the kinds that look for such a cause stated less for that meter on the half-hour before it began:',
  '  a leak by those of water, plant left on by those of hours of rest and nights, a creeping load and wear by drift alone. A cause that creeps',
  '  must be that large for as long as is stated.',
  '- A second alert of a cause counts as right and is listed: the cause was told twice.',
  '',
];

const others = [
  'On the same half-hours of the same meters, of the seeds kept out. Their findings are put together, priced and sorted into alerts and digest',
  'as those of the product are, so that only the finding differs. *Learning from all*: the product, but half-hours that alerts call abnormal',
  'are learned from like any other. *z-score by slot*: two hours more than three standard deviations above the mean of the same half-hour of',
  'the week in the last eight weeks. *Fixed threshold*: two hours above 1.2 times the highest half-hour of the first quarter.',
  '',
];

const methodNames: Record<Method, string> = {
  meterhouse: '**Meterhouse**',
  'learning from all': 'Learning from all',
  'z-score by slot': 'z-score by slot',
  'fixed threshold': 'Fixed threshold',
};

const bands = [0, 5, 20, 50, 100, 250, 1_000, Number.POSITIVE_INFINITY];

function bySize({ causes }: Whole): string[] {
  const priced = causes.filter(({ kind }) => kind !== 'supply-lost');
  const rows = bands.slice(1).map((to, k) => {
    const from = bands[k] as number;
    const here = priced.filter(({ gbpPerWeek: pounds }) => pounds > from && pounds <= to);
    const stated = here.filter(({ isStated }) => isStated);
    const found = (ones: readonly JudgedCause[]): string => share(ones.filter((one) => one.found).length, ones.length);
    const name = to === Number.POSITIVE_INFINITY ? `above £${from}` : `£${from} to £${to}`;
    return `| ${name} | ${here.length} | ${found(here)} | ${found(stated)} |`;
  });
  return ['| a week | causes | found of all | found of the stated |', '| --- | --- | --- | --- |', ...rows];
}

function byKind(whole: Whole): string[] {
  const must = mustBeFound(whole);
  const kinds = [...new Set(whole.causes.map(({ kind }) => kind))].toSorted();
  const rows = kinds.map((kind) => {
    const all = whole.causes.filter((one) => one.kind === kind);
    const here = must.filter((one) => one.kind === kind);
    const delays = here.flatMap(({ found }) => (found ? [found.after] : []));
    const told = here.filter(({ found }) => found?.told).length;
    const named = all.flatMap(({ found }) => (found ? [found.kind] : []));
    return `| ${kind} | ${all.length} | ${here.length} | ${told} | ${delayOf(delays)} | ${commonest(named)} |`;
  });
  return [
    '| cause | injected | to be told of | told of | delay | mostly raised as |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

function delayOf(seconds: readonly number[]): string {
  const middle = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)];
  if (middle === undefined) return '';
  const hours = middle / 3_600;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`;
}

function commonest(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name);
  const sorted = [...counts].toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1));
  return sorted
    .slice(0, 2)
    .map(([name, { length }]) => `\`${name}\` ${length}`)
    .join(', ');
}

function missed(whole: Whole): string[] {
  return mustBeFound(whole)
    .filter(({ found }) => !found?.told)
    .map((one) => `- ${sayCause(one)}${one.found ? `: in the digest, as \`${one.found.kind}\`` : ': nothing'}`);
}

function sayCause(one: TrueCause): string {
  const size =
    one.kind === 'supply-lost' ? '' : `, ${one.rate.toFixed(2)} ${one.unit}, £${one.gbpPerWeek.toFixed(0)} a week`;
  return `${one.kind} at \`${one.meter}\`, ${utcDateOf(one.from)} to ${utcDateOf(one.to)}${size}`;
}

function falselyTold({ told }: Whole): string[] {
  return told
    .filter(({ of }) => !of)
    .map((one) => {
      const days = Math.max(1, Math.round((one.to - one.from) / daySeconds));
      const long = days === 1 ? 'a day' : `${days} days`;
      const pounds = one.severity === 1 ? '' : `, £${one.gbpPerWeek.toFixed(0)} a week`;
      return `- \`${one.kind}\` at \`${one.subject}\`, ${utcDateOf(one.from)}, ${long}${pounds}, severity ${one.severity}`;
    });
}
