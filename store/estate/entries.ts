import { z } from 'zod';
import {
  type Certificate,
  certificateSchema,
  retirementSchema,
  withdrawalSchema,
} from '../../domain/certificates/register.ts';
import {
  amendmentsFileSchema,
  type Building,
  buildingSchema,
  estateFileSchema,
  type Exchange,
  exchangeSchema,
  type MeterEntry,
  meterSchema,
  type Organisation,
  organisationSchema,
  type RegisterList,
  registerListNames,
  registerLists,
  type RegisterLists,
  type SiteEntry,
  siteSchema,
} from '../../domain/estate/estate.ts';
import type { Reporting } from '../../domain/carbon/reporting.ts';
import { type MeasureEntry, measureChangeSchema } from '../../domain/plan/register.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Problem } from '../../domain/problems.ts';
import { type ExpectedForm, expectedFormOf, faultsOf, type FormFault } from './expected-form.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

/** Where an entry was written. */
export interface Origin {
  readonly file: YamlFile;
  readonly path: YamlPath;
}

interface Placed<Value> {
  readonly value: Value;
  readonly origin: Origin;
  /** Keys that are not of the right form; what stands there is a makeshift. */
  readonly faulty?: ReadonlySet<string>;
}

interface PlacedMeter extends Placed<MeterEntry> {
  readonly exchanges: Placed<Exchange>[];
}

interface PlacedSite extends Placed<SiteEntry> {
  readonly buildings: readonly Placed<Building>[];
  readonly meters: PlacedMeter[];
}

/** The entries of all files that are of the right form by themselves, and where each was written. */
export interface MergedEntries {
  readonly name: string | undefined;
  readonly reporting: Reporting | undefined;
  readonly organisations: readonly Organisation[];
  readonly sites: readonly SiteEntry[];
  readonly lists: RegisterLists;
  /** By the joined path in the merged register (`sites/0/meters/3`). */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Keys that are a makeshift, because what was written there is not of the right form; by the entry's joined path. */
  readonly faulty: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ids of entries left out, because nothing could be made of them. */
  readonly brokenIds: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** What stands for needed keys of listed entries; a list without it leaves out what has faults in those. */
const makeshifts: Partial<Record<RegisterList, Readonly<Record<string, unknown>>>> = {
  observed: { name: '?', quantity: 'temperature', unit: 'degC', source: 'unknown' },
};

// Each entry is judged by itself, so that one mistake does not hide those of its neighbours.
const list = z.array(z.unknown());
const shapes = {
  file: shapeOf(
    estateFileSchema.extend({
      organisations: list.optional(),
      sites: list.optional(),
      ...forEachList(() => list.optional()),
    }),
    estateFileSchema,
  ),
  lists: forEachList((name) => {
    const entry = estateFileSchema.shape[name].unwrap().element;
    return shapeOf<unknown>(entry, entry, makeshifts[name]);
  }),
  organisation: shapeOf(organisationSchema, organisationSchema, { name: '?' }),
  site: shapeOf(siteSchema.extend({ buildings: list.default([]), meters: list.default([]) }), siteSchema, {
    name: '?',
    organisation: 'unknown',
    type: 'other',
    gross_internal_area_m2: 1,
  }),
  building: shapeOf(buildingSchema, buildingSchema, { name: '?' }),
  meter: shapeOf(meterSchema, meterSchema, { name: '?', utility: 'electricity', role: 'sub', unit: 'kWh' }),
  amendments: shapeOf(
    z.strictObject({
      exchanges: list.default([]),
      meters: list.default([]),
      certificates: list.default([]),
      baselines: list.default([]),
      retirements: list.default([]),
      withdrawals: list.default([]),
      allocations: list.default([]),
      measures: list.default([]),
      measure_changes: list.default([]),
    }),
    amendmentsFileSchema,
  ),
  certificate: shapeOf(certificateSchema),
  retirement: shapeOf(retirementSchema.extend({ certificate: certificateSchema.shape.id })),
  withdrawal: shapeOf(withdrawalSchema.extend({ certificate: certificateSchema.shape.id })),
  allocation: shapeOf(amendmentsFileSchema.shape.allocations.unwrap().element),
  measureChange: shapeOf(measureChangeSchema),
  exchange: shapeOf(exchangeSchema.extend({ meter: meterSchema.shape.id })),
  acceptedMeter: shapeOf(meterSchema.extend({ site: siteSchema.shape.id })),
};

/** Something for each of the lists that stand beside organisations and sites. */
function forEachList<T>(make: (name: RegisterList) => T): Record<RegisterList, T> {
  return Object.fromEntries(registerListNames.map((name) => [name, make(name)])) as Record<RegisterList, T>;
}

interface Shape<Value> {
  readonly schema: z.ZodType<Value>;
  readonly form: () => ExpectedForm;
  /** What stands for needed keys that are not of the right form, while the rest of the entry is judged. */
  readonly makeshift: Readonly<Record<string, unknown>>;
}

function shapeOf<Value>(
  schema: z.ZodType<Value>,
  whole: z.ZodType = schema,
  makeshift: Readonly<Record<string, unknown>> = {},
): Shape<Value> {
  let form: ExpectedForm | undefined;
  return { schema, makeshift, form: () => (form ??= expectedFormOf(whole)) };
}

/** What people did with certificates, as it stands in `amendments.yaml`. */
type AmendedCertificates = Readonly<Record<'retirements' | 'withdrawals' | 'allocations', readonly unknown[]>>;

/** Merges the files of a folder in the order given; what Meterhouse amended comes last. */
export function mergeEntries(files: readonly YamlFile[], amendments: YamlFile | undefined): MergedEntries {
  const merge = new Merge();
  for (const file of files) merge.addFile(file);
  if (amendments) merge.addAmendments(amendments);
  return merge.result();
}

/** What stands once in the whole folder, and in which file. */
interface Once<Value> {
  readonly value: Value;
  readonly file: string;
}

class Merge {
  #name: Once<string> | undefined;
  #reporting: Once<Reporting> | undefined;
  readonly #organisations: Placed<Organisation>[] = [];
  readonly #sites: PlacedSite[] = [];
  readonly #lists = forEachList((): Placed<unknown>[] => []);
  /** Parts of listed entries that were amended, by their joined path. */
  readonly #amendedParts = new Map<string, Origin>();
  readonly #brokenIds = new Set<string>();
  readonly #problems: Problem[] = [];

  addFile(file: YamlFile): void {
    if (file.value === null || file.value === undefined) return;
    const top = this.#judge(shapes.file, file.value, { file, path: [] }, 'the file')?.value;
    if (!top) return this.#breakAllBelow(file.value);
    if (top.estate !== undefined) this.#nameEstate(top.estate, file);
    if (top.reporting) this.#sayReporting(top.reporting, file);
    for (const [i, raw] of (top.organisations ?? []).entries()) {
      const origin = { file, path: ['organisations', i] };
      const organisation = this.#judge(shapes.organisation, raw, origin, label('organisation', raw));
      if (organisation) this.#organisations.push(organisation);
    }
    for (const [i, raw] of (top.sites ?? []).entries()) this.#addSite(raw, { file, path: ['sites', i] });
    for (const name of registerListNames) this.#addList(name, top[name] ?? [], file);
  }

  #addList(name: RegisterList, entries: readonly unknown[], file: YamlFile): void {
    for (const [i, raw] of entries.entries()) {
      const entry = idOf(raw) === undefined ? `${registerLists[name]} ${i + 1}` : label(registerLists[name], raw);
      const placed = this.#judge(shapes.lists[name], raw, { file, path: [name, i] }, entry);
      if (placed) this.#lists[name].push(placed);
    }
  }

  #nameEstate(value: string, file: YamlFile): void {
    if (!this.#name) this.#name = { value, file: file.name };
    else this.#twice('estate', `the estate is called ${this.#name.value} in ${this.#name.file}`, file, value);
  }

  #sayReporting(value: Reporting, file: YamlFile): void {
    if (!this.#reporting) this.#reporting = { value, file: file.name };
    else this.#twice('reporting', `how the estate reports is said in ${this.#reporting.file}`, file);
  }

  #twice(key: string, said: string, file: YamlFile, found?: string): void {
    const line = file.lineOf([key]);
    this.#problems.push({ code: 'estate.rule', where: file.name, line, found, detail: `${said} already` });
  }

  #addSite(raw: unknown, origin: Origin): void {
    const { file, path } = origin;
    const site = this.#judge(shapes.site, raw, origin, label('site', raw));
    // The parts of a site of which nothing can be made are still judged, each by itself.
    const parts =
      site?.value ?? z.looseObject({ buildings: list.catch([]), meters: list.catch([]) }).safeParse(raw).data;
    const buildings = (parts?.buildings ?? []).flatMap((part, j) => {
      const place = { file, path: [...path, 'buildings', j] };
      return this.#judge(shapes.building, part, place, label('building', part)) ?? [];
    });
    const meters = (parts?.meters ?? []).flatMap((part, j) => {
      const place = { file, path: [...path, 'meters', j] };
      const meter = this.#judge(shapes.meter, part, place, label('meter', part));
      return meter ? [withExchanges(meter)] : [];
    });
    if (!site) return this.#breakAllBelow(raw);
    this.#sites.push({ ...site, value: { ...site.value, buildings: [], meters: [] }, buildings, meters });
  }

  addAmendments(file: YamlFile): void {
    if (file.value === null || file.value === undefined) return;
    const top = this.#judge(shapes.amendments, file.value, { file, path: [] }, 'the file')?.value;
    if (!top) return;
    for (const [i, raw] of top.meters.entries()) {
      const origin = { file, path: ['meters', i] };
      const accepted = this.#judge(shapes.acceptedMeter, raw, origin, label('meter', raw));
      if (!accepted) continue;
      const { site: id, ...value } = accepted.value;
      const site = this.#sites.find(({ value }) => value.id === id);
      if (site) site.meters.push(withExchanges({ ...accepted, value }));
      else
        this.#unknown(
          'site',
          id,
          this.#sites.map(({ value }) => value.id),
          origin,
          label('meter', raw),
        );
    }
    const meters = this.#sites.flatMap((site) => site.meters);
    for (const [i, raw] of top.exchanges.entries()) {
      const origin = { file, path: ['exchanges', i] };
      const amended = this.#judge(shapes.exchange, raw, origin, `exchange ${i + 1}`);
      if (!amended) continue;
      const { meter: id, ...value } = amended.value;
      const meter = meters.find((candidate) => candidate.value.id === id);
      if (meter) insertByTime(meter.exchanges, { value, origin });
      else
        this.#unknown(
          'meter',
          id,
          meters.map((m) => m.value.id),
          origin,
          `exchange ${i + 1}`,
        );
    }
    this.#addList('certificates', top.certificates, file);
    this.#addList('baselines', top.baselines, file);
    this.#amendCertificates(top, file);
    this.#addList('measures', top.measures, file);
    this.#amendMeasures(top.measure_changes, file);
  }

  #amendCertificates({ retirements, withdrawals, allocations }: AmendedCertificates, file: YamlFile): void {
    const certificates = this.#lists.certificates as Placed<Certificate>[];
    const find = (id: string, origin: Origin, entry: string): number => {
      const known = certificates.map(({ value }) => value.id);
      if (!known.includes(id)) this.#unknown('certificate', id, known, origin, entry);
      return known.indexOf(id);
    };
    const change = (at: number, part: string, origin: Origin, value: Partial<Certificate>): void => {
      const before = certificates[at];
      if (!before) return;
      certificates[at] = { ...before, value: { ...before.value, ...value } };
      this.#amendedParts.set(`certificates/${at}/${part}`, origin);
    };
    const once = (part: 'retired' | 'withdrawn', what: 'retirement' | 'withdrawal', raws: readonly unknown[]): void => {
      for (const [i, raw] of raws.entries()) {
        const origin = { file, path: [`${what}s`, i] };
        const entry = `${what} ${i + 1}`;
        const amended = this.#judge<{ readonly certificate: string }>(shapes[what], raw, origin, entry);
        if (!amended) continue;
        const { certificate, ...done } = amended.value;
        const at = find(certificate, origin, entry);
        const before = certificates[at]?.value[part];
        if (!before) change(at, part, origin, { [part]: done });
        else this.#tellTwice(certificate, part, before.on, origin);
      }
    };
    once('retired', 'retirement', retirements);
    once('withdrawn', 'withdrawal', withdrawals);
    for (const [i, raw] of allocations.entries()) {
      const origin = { file, path: ['allocations', i] };
      const amended = this.#judge(shapes.allocation, raw, origin, `allocation ${i + 1}`);
      if (!amended) continue;
      const { certificate, ...allocation } = amended.value;
      const at = find(certificate, origin, `allocation ${i + 1}`);
      const list = (certificates[at]?.value.allocations ?? []).filter(({ meter }) => meter !== allocation.meter);
      const allocations = allocation.mwh === 0 ? list : [...list, allocation];
      change(at, `allocations/${list.length}`, origin, { allocations });
    }
  }

  #amendMeasures(changes: readonly unknown[], file: YamlFile): void {
    const measures = this.#lists.measures as Placed<MeasureEntry>[];
    for (const [i, raw] of changes.entries()) {
      const origin = { file, path: ['measure_changes', i] };
      const entry = `measure change ${i + 1}`;
      const amended = this.#judge(shapes.measureChange, raw, origin, entry);
      if (!amended) continue;
      const { measure: id, works, ...status } = amended.value;
      const known = measures.map(({ value }) => value.id);
      const at = known.indexOf(id);
      const before = measures[at];
      if (!before) {
        this.#unknown('measure', id, known, origin, entry);
        continue;
      }
      const { value } = before;
      const statuses = [...value.status, status];
      measures[at] = { ...before, value: { ...value, status: statuses, works: works ?? value.works } };
      this.#amendedParts.set(`measures/${at}/status/${value.status.length}`, origin);
      if (works) this.#amendedParts.set(`measures/${at}/works`, origin);
    }
  }

  #tellTwice(id: string, done: 'retired' | 'withdrawn', on: string, { file, path }: Origin): void {
    const detail = `certificate ${id}: it was ${done} on ${on} already, and a certificate is ${done} once`;
    const line = file.lineOf([...path, 'certificate']);
    this.#problems.push({ code: 'estate.rule', where: file.name, line, found: id, detail });
  }

  #unknown(
    kind: 'site' | 'meter' | 'certificate' | 'measure',
    id: string,
    known: readonly string[],
    origin: Origin,
    entry: string,
  ): void {
    if (this.#brokenIds.has(id)) return;
    const near = nearest(id, known);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    this.#problems.push({
      code: 'estate.unknown-reference',
      where: origin.file.name,
      line: origin.file.lineOf([...origin.path, kind]),
      found: id,
      detail: `${entry}: ${kind}: there is no such ${kind}${meant}`,
    });
  }

  /**
   * The entry, its faults told as problems. With faults, what is of the right form is kept and the rest is makeshift,
   * so that the rules of the estate still find what else is wrong; undefined when nothing can be made of it.
   */
  #judge<Value>(shape: Shape<Value>, raw: unknown, origin: Origin, entry: string): Placed<Value> | undefined {
    const result = shape.schema.safeParse(raw);
    if (result.success) return { value: result.data, origin };
    const faults = faultsOf(result.error.issues, raw, shape.form());
    for (const fault of faults) this.#tell(fault, origin, entry);
    const faulty = new Set(
      faults.flatMap(({ path, meant }) => [String(path[0]), ...(meant === undefined ? [] : [meant])]),
    );
    const kept = z.record(z.string(), z.unknown()).safeParse(raw).data ?? {};
    const sound = Object.fromEntries(Object.entries(kept).filter(([key]) => !faulty.has(key)));
    const repaired = shape.schema.safeParse({ ...shape.makeshift, ...sound });
    if (repaired.success) return { value: repaired.data, origin, faulty };
    const id = idOf(raw);
    if (id !== undefined) this.#brokenIds.add(id);
    return undefined;
  }

  #tell(fault: FormFault, { file, path }: Origin, entry: string): void {
    const key = fault.path.length === 0 ? entry : `${entry}: ${fault.path.join('.')}`;
    this.#problems.push({
      code: 'estate.schema',
      where: file.name,
      line: file.lineOf([...path, ...fault.path]),
      detail: fault.detail === undefined ? key : `${key}: ${fault.detail}`,
      found: fault.found,
      expected: fault.expected,
    });
  }

  #breakAllBelow(value: unknown): void {
    for (const id of idsIn(value)) this.#brokenIds.add(id);
  }

  result(): MergedEntries {
    const origins = new Map<string, Origin>();
    const faulty = new Map<string, ReadonlySet<string>>();
    const place = <Value>(path: string, entry: Placed<Value>): Value => {
      origins.set(path, entry.origin);
      if (entry.faulty) faulty.set(path, entry.faulty);
      return entry.value;
    };
    const sites = this.#sites.map(
      (site, i): SiteEntry => ({
        ...place(`sites/${i}`, site),
        buildings: site.buildings.map((building, j) => place(`sites/${i}/buildings/${j}`, building)),
        meters: site.meters.map((meter, j) => ({
          ...place(`sites/${i}/meters/${j}`, meter),
          exchanges: meter.exchanges.map((exchange, k) => place(`sites/${i}/meters/${j}/exchanges/${k}`, exchange)),
        })),
      }),
    );
    const lists = forEachList((name) => this.#lists[name].map((entry, i) => place(`${name}/${i}`, entry)));
    for (const [path, origin] of this.#amendedParts) origins.set(path, origin);
    return {
      name: this.#name?.value,
      reporting: this.#reporting?.value,
      organisations: this.#organisations.map((organisation, i) => place(`organisations/${i}`, organisation)),
      sites,
      // Each entry is what the schema of its own list made of it.
      lists: lists as unknown as RegisterLists,
      origins,
      faulty,
      brokenIds: this.#brokenIds,
      problems: this.#problems,
    };
  }
}

function withExchanges(meter: Placed<MeterEntry>): PlacedMeter {
  const { file, path } = meter.origin;
  const exchanges = meter.value.exchanges.map((value, i) => ({
    value,
    origin: { file, path: [...path, 'exchanges', i] },
  }));
  return { ...meter, exchanges };
}

/** An amended exchange takes its place among those that people wrote; their own order is theirs to keep. */
function insertByTime(exchanges: Placed<Exchange>[], added: Placed<Exchange>): void {
  const later = exchanges.findIndex(({ value }) => Date.parse(value.at) > Date.parse(added.value.at));
  exchanges.splice(later === -1 ? exchanges.length : later, 0, added);
}

function idOf(raw: unknown): string | undefined {
  return z.looseObject({ id: z.string() }).safeParse(raw).data?.id;
}

function label(kind: string, raw: unknown): string {
  const id = idOf(raw);
  return id === undefined ? `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} without id` : `${kind} ${id}`;
}

/** Every id in a value, however deep: those that may be named by others. */
export function idsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  const id = idOf(value);
  return [...(id === undefined ? [] : [id]), ...Object.values(value).flatMap(idsIn)];
}
