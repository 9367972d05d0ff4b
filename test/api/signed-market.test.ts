import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import { differenceAnswerSchema, signOffMadeSchema } from '../../api/contract/sign-offs.ts';
import { runCommand } from '../../cli/main.ts';
import { factorFor } from '../../domain/carbon/factors.ts';
import type { FigureVersions } from '../../store/register-versions.ts';
import { type LateHouse, lateHouse, lateRegister } from './late-house.ts';
import { type Rig, startRig } from './rig.ts';

/**
 * A signed market-based figure, and what becomes of it when certificates are withdrawn or expire, when a contract or
 * the residual mix changes, when others use more: each part is reckoned here by hand. The hospital shares the
 * certificates of its organisation with a clinic.
 */

const at = (text: string): number => Date.parse(text) / 1000;
const retired = "retired: { for: north, on: '2026-04-02', evidence: statement 1 }";
/** The market side of the register, as people write it, with what a test changes of it. */
function marketSide({ confirmed = '', residual = '', own = 'kept' } = {}): string {
  const batch = (id: string, mwh: number, rest: string): string =>
    `{ id: ${id}, organisation: north, station: Hill, technology: onshore_wind, output_month: 2026-04, mwh: ${mwh}, ` +
    `market: GB, acquired: unbundled, source: invoice, ${rest} }`;
  return `sites:
  - id: clinic
    name: Clinic
    organisation: north
    type: gp_practice
    gross_internal_area_m2: 100
    meters:
      - { id: clinic-e, name: Main, utility: electricity, role: main, unit: kWh }
      - { id: clinic-s, name: Roof, utility: electricity, role: generation, unit: kWh, technology: solar }
supplies:
  - { id: green, supplier: Supplier, meters: [hospital-e], valid_from: '2026-04-01', claim: supplier_rego,
      source: contract 1${confirmed} }
certificates:
  - ${batch('wind-a', 6, retired)}
  - ${batch('wind-b', 4, retired)}
  - ${batch('old', 3, "state: allocated, expires: '2026-04-05', allocations: [{ meter: hospital-e, mwh: 3 }]")}
own_generation:
  - { meter: clinic-s, from: '2026-04-01', certificates: ${own}, evidence: accreditation 9 }
${residual}`;
}

let folder: string;
let rig: Rig;
let url: string;
let house: LateHouse;
let now = at('2026-04-04T12:00:00Z');
function goTo(text: string): void {
  now = at(text);
  rig.at(now);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-market-'));
  writeFileSync(join(folder, 'market.yaml'), marketSide());
  let made: LateHouse | undefined;
  const registers = {
    of: (versions: FigureVersions) => made?.registers.of(versions),
    at: (instant: number) => made?.registers.at(instant),
  };
  rig = await startRig({ estate: () => house.estate(), registers, access: { auth: 'off', host: '127.0.0.1' } });
  rig.at(now);
  house = lateHouse(rig.store, rig.state, () => now, folder);
  made = house;
  const dates = ['2026-04-01', '2026-04-02', '2026-04-03'];
  for (const meter of ['hospital-e', 'clinic-e']) await house.hear(meter, dates, 100);
  await house.hear('hospital-g', dates, 10);
  await house.hear('clinic-s', dates, 1);
  await house.derive();
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true });
});

const april = { from: '2026-04-01', to: '2026-04-04', utility: 'electricity' };
async function post(body: object) {
  const answer = await rig.app.inject({ method: 'POST', url: '/v1/sign-offs', payload: body });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}

async function sign(body: object): Promise<z.output<typeof signOffMadeSchema>['sign_off']> {
  const wish = { ...april, reason: 'the April return', ...body };
  const doubts = ((await post(wish)).body['problems'] ?? []) as { readonly found: string }[];
  const accept = doubts.map(({ found: doubt }) => ({ doubt, by: 'Ada Byron', reason: 'seen in the bulletin' }));
  const { status, body: said } = await post({ ...wish, accept });
  if (status !== 201) throw new Error(JSON.stringify(said));
  return signOffMadeSchema.parse(said).sign_off;
}
type Difference = z.output<typeof differenceAnswerSchema>;
async function difference(id: number): Promise<Difference> {
  const answer = await rig.app.inject({ url: `/v1/sign-offs/${id}/difference` });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return differenceAnswerSchema.parse(answer.json());
}
const millionths = (value: number | null): number => Math.round((value ?? Number.NaN) * 1e6);
/** The parts by cause, once they were seen to add up exactly. */
function addedUp({ difference: whole, now: value, sign_off, parts }: Difference): [string, number][] {
  expect(parts.reduce((sum, part) => sum + millionths(part.value), 0)).toBe(millionths(whole));
  expect(millionths(value) - millionths(sign_off.value)).toBe(millionths(whole));
  return parts.map((part) => [part.causes.join('+'), part.value ?? Number.NaN]);
}

/** Runs a command against the API, while the process that derives does what it asks for. */
async function meterhouse(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const terminal = { say, warn: say, progress: () => undefined, input: () => Promise.resolve(Buffer.of()) };
  const run = runCommand([...words, '--api', url], terminal);
  for (let over = false; !over; ) {
    await house.derive();
    over = await Promise.race([run.then(() => true), new Promise<false>((done) => setTimeout(done, 20, false))]);
  }
  expect(await run).toBe('ok');
  return lines.join('\n');
}

/** kgCO2e of a kWh of the grid's in 2026. */
const grid = factorFor('electricity', 'generation', '2026-04-01')?.value ?? Number.NaN;
/** What the hospital buys in three days, of so much in the disclosure year. */
const bought = 3 * 48 * 100;
interface Shared {
  readonly retired: number;
  readonly hospital: number;
  readonly clinic: number;
  /** What stands at the hospital before the rest is shared out: by hand, and what its supplier confirmed. */
  readonly before?: number;
}
/** Of what the hospital bought in three days, what certificates cover. */
function covered({ retired: batches, hospital, clinic, before = 0 }: Shared): number {
  return ((batches * (hospital - before)) / (hospital - before + clinic)) * (bought / hospital);
}

describe('a signed market-based figure', () => {
  test('is refused while its cover may change, factors are quoted or there is no residual mix', async () => {
    const { status, body } = await post({ ...april, figure: 'carbon_market', site: 'hospital', reason: 'too soon' });
    expect(status).toBe(409);
    const doubts = (body['problems'] as { readonly found: string }[]).map(({ found }) => found);
    expect(doubts.sort()).toEqual([
      'cover-not-final 2026-27',
      'factor-quoted electricity 2026',
      'residual-mix-unavailable electricity',
    ]);
  });

  test('changes with what shares its certificates, each cause by its name; the location-based one does not', async () => {
    const [market, location, own, cover] = [
      await sign({ figure: 'carbon_market', site: 'hospital' }),
      await sign({ figure: 'carbon', site: 'hospital' }),
      await sign({ figure: 'carbon_market', site: 'clinic' }),
      await sign({ figure: 'cover', site: 'hospital' }),
    ];
    const [h, c] = [bought, bought];
    const first = covered({ retired: 10_000, hospital: h, clinic: c, before: 3_000 });
    expect(market.value).toBeCloseTo((bought - first) * grid, 6);
    expect(addedUp(await difference(market.id))).toEqual([]);
    const close = (value: number): unknown => expect.closeTo(value, 5);

    // The day of the signing was not over: what is used later on it is no late reading.
    goTo('2026-04-04T16:00:00Z');
    await house.hear('clinic-e', ['2026-04-04'], 50, (hour) => hour >= 14);
    await house.derive();
    const later = 28 * 50;
    const byEvening = covered({ retired: 10_000, hospital: h, clinic: c + later, before: 3_000 });
    expect(addedUp(await difference(market.id))).toEqual([['disclosure_period', close((first - byEvening) * grid)]]);

    // Late: on the second of April the clinic used twice as much, and so takes more of the certificates.
    goTo('2026-04-06T12:00:00Z');
    await house.derive();
    await house.hear('clinic-e', ['2026-04-02'], 200);
    await house.derive();
    const more = c + 4_800 + later;
    const late = covered({ retired: 10_000, hospital: h, clinic: c + 4_800, before: 3_000 });
    const byClinic = ['readings', close((first - late) * grid)];

    // The disclosure year goes on: the hospital buys as much on the fourth. And a batch expired that nobody retired.
    await house.hear('hospital-e', ['2026-04-04'], 100);
    await house.derive();
    const longer = h + 4_800;
    const on = covered({ retired: 10_000, hospital: longer, clinic: more, before: 3_000 });
    const without = covered({ retired: 10_000, hospital: longer, clinic: more });
    const byTime = ['disclosure_period', close((late - on) * grid)];
    const told = await difference(market.id);
    expect(addedUp(told)).toEqual([byClinic, byTime, ['expired', close((on - without) * grid)]]);
    expect(told.parts[0]?.meter).toBe('clinic-e');
    expect(told.parts[1]?.what).toEqual([
      '2026-27: matched up to 2026-04-04T12:00:00Z, and now up to 2026-04-06T12:00:00Z',
    ]);
    expect(told.parts[2]?.what).toEqual(['certificate old: expired on 2026-04-05, and was not retired']);

    // A batch is withdrawn by command: of ten MWh four are left.
    const said = ['--as', 'sold', '--on', '2026-04-06', '--evidence', 'invoice 99', '--reason', 'sold on'];
    expect(await meterhouse('rego', 'withdraw', 'wind-a', ...said)).toContain('wind-a is withdrawn');
    const withdrawn = await difference(market.id);
    const four = covered({ retired: 4_000, hospital: longer, clinic: more, before: 3_000 });
    const byBatch = ['certificates', close((on - four) * grid)];
    const left = covered({ retired: 4_000, hospital: longer, clinic: more });
    expect(addedUp(withdrawn)).toEqual([byClinic, byTime, byBatch, ['expired', close((four - left) * grid)]]);
    expect(withdrawn.parts[2]?.what).toEqual([
      'certificate wind-a: withdrawn on 2026-04-06 (sold on, and the claim with it): invoice 99',
    ]);
    // Of the cover itself the same kWh, with the other sign.
    expect(cover.value).toBeCloseTo(first, 6);
    expect(addedUp(await difference(cover.id))).toEqual([
      ['readings', close(late - first)],
      ['disclosure_period', close(on - late)],
      ['certificates', close(four - on)],
      ['expired', close(left - four)],
    ]);
    const text = await meterhouse('sign-off', 'difference', String(market.id));
    expect(text).toMatch(
      /[\d,.]+ kgCO2e  certificates were added, withdrawn or retired.*\n    certificate wind-a: wit/,
    );
    const batches = await meterhouse('rego', 'list');
    expect(batches).toContain('sold on, and the claim with it, 2026-04-06: invoice 99');

    // The supplier confirms a half, a residual mix is written down, and the clinic's solar has its certificates sold.
    const confirmed = ", confirmed: [{ period: 2026-27, share: 0.5, on: '2026-04-06', evidence: letter }]";
    const residual =
      "residual_mix:\n  - { valid_from: '2026-04-01', valid_to: '2027-03-31', kgco2e_per_kwh: 0.35, " +
      'standing: verified, source: of our making }\n';
    writeFileSync(join(folder, 'market.yaml'), marketSide({ confirmed, residual, own: 'sold' }));
    house.register(lateRegister());
    await house.derive();
    const all = await difference(market.id);
    const half = longer / 2;
    const contract = bought / 2;
    const [ten, rest, last] = [
      covered({ retired: 10_000, hospital: longer, clinic: more, before: 3_000 + half }),
      covered({ retired: 4_000, hospital: longer, clinic: more, before: 3_000 + half }),
      covered({ retired: 4_000, hospital: longer, clinic: more, before: half }),
    ];
    expect(addedUp(all)).toEqual([
      byClinic,
      byTime,
      ['supplies', close((on - ten - contract) * grid)],
      ['certificates', close((ten - rest) * grid)],
      ['residual_mix', close((bought - rest - contract) * (0.35 - grid))],
      ['expired', close((rest - last) * 0.35)],
    ]);
    expect(all.parts[2]?.what[0]).toMatch(/^supply green: confirmed was \[\], is \[\{"period":"2026-27","share":0.5,/);
    const ofClinic = await difference(own.id);
    expect(addedUp(ofClinic).map(([cause]) => cause)).toContain('own_certificates');
    expect(ofClinic.parts.find(({ causes }) => causes[0] === 'own_certificates')?.value).toBeCloseTo(3 * 48 * 0.35, 6);

    // None of it touched what the grid emitted.
    expect(await difference(location.id)).toMatchObject({ difference: 0, parts: [] });
  });

  test('as it was known on the day a batch expired, it might still be retired; the day after it is out', async () => {
    const excluded = async (date: string) => {
      const url = `/v1/explain/figure?figure=carbon_market&site=hospital&from=2026-04-01&to=2026-04-04&known_on=${date}`;
      const { market } = figureExplanationSchema.parse((await rig.app.inject({ url })).json());
      return market?.certificates.map((one) => [one.id, one.excluded]);
    };
    expect(await excluded('2026-04-05')).toEqual([
      ['wind-a', []],
      ['wind-b', []],
      ['old', []],
    ]);
    expect(await excluded('2026-04-06')).toEqual([
      ['wind-a', ['withdrawn']],
      ['wind-b', []],
      ['old', ['expired']],
    ]);
  });

  test('rests on the readings of its whole disclosure year', () => {
    const signed = rig.state.signOffs({ limit: 9 });
    expect(signed.map(({ asked, meters }) => [asked.figure, meters])).toEqual([
      ['carbon_market', ['clinic-e', 'hospital-e', 'hospital-g', 'practice-e']],
      ['carbon', ['hospital-e', 'hospital-g']],
      ['carbon_market', ['clinic-e', 'clinic-s', 'hospital-e', 'practice-e']],
      ['cover', ['clinic-e', 'hospital-e', 'hospital-g', 'practice-e']],
    ]);
  });
});
