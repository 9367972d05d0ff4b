import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { amendmentsFileSchema } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import { expectedFormOf, faultsOf } from './estate/expected-form.ts';
import { amendmentsName, hashOf, readFiles } from './estate/files.ts';
import { type EstateOptions, judgeFiles } from './estate-folder.ts';

const lists = {
  exchanges: amendmentsFileSchema.shape.exchanges.unwrap().element,
  meters: amendmentsFileSchema.shape.meters.unwrap().element,
  certificates: amendmentsFileSchema.shape.certificates.unwrap().element,
  baselines: amendmentsFileSchema.shape.baselines.unwrap().element,
  retirements: amendmentsFileSchema.shape.retirements.unwrap().element,
  withdrawals: amendmentsFileSchema.shape.withdrawals.unwrap().element,
  allocations: amendmentsFileSchema.shape.allocations.unwrap().element,
  measures: amendmentsFileSchema.shape.measures.unwrap().element,
  measure_changes: amendmentsFileSchema.shape.measure_changes.unwrap().element,
};
/** An exchange as it is written, with the id of its meter; a meter as it is written, with the id of its site. */
export type AmendedExchange = z.input<typeof lists.exchanges>;
export type AcceptedMeter = z.input<typeof lists.meters>;
/** What people do with certificates, each as it is written. */
export type CertificateAmendment = { readonly [K in CertificateList]: z.input<(typeof lists)[K]> };
/** A new measure, or what became of one, as it is written. */
export type MeasureAmendment = {
  readonly [K in MeasureList]: { readonly list: K; readonly entry: z.input<(typeof lists)[K]> };
}[MeasureList];
export type MeasureList = 'measures' | 'measure_changes';
export type CertificateList = 'certificates' | 'retirements' | 'withdrawals' | 'allocations';

const header = '# Written by Meterhouse: what people recorded through it. Edit the other files instead.\n';

/**
 * Adds an exchange of a meter to `amendments.yaml`. The file is replaced as a whole, so that nobody reads half of it.
 * One process at a time may write (the deriver does, under its lease).
 * Throws a ProblemError with every problem, and writes nothing, when the register would not be sound with it.
 */
export function appendExchange(folder: string, exchange: AmendedExchange, options: EstateOptions): void {
  append(folder, 'exchanges', [exchange], options);
}

/** Adds a meter to a site, as `appendExchange` adds an exchange. */
export function appendMeter(folder: string, meter: AcceptedMeter, options: EstateOptions): void {
  append(folder, 'meters', [meter], options);
}

/** Adds a baseline, as `appendExchange` adds an exchange. */
export function appendBaseline(
  folder: string,
  baseline: z.input<typeof lists.baselines>,
  options: EstateOptions,
): void {
  append(folder, 'baselines', [baseline], options);
}

/** Adds batches of certificates, retirements, withdrawals or allocations: all of them, or with problems none. */
export function appendCertificates<K extends CertificateList>(
  folder: string,
  list: K,
  entries: readonly CertificateAmendment[K][],
  options: EstateOptions,
): void {
  append(folder, list, entries, options);
}

/** Adds a measure, or what became of one, as `appendExchange` adds an exchange. */
export function appendMeasure(folder: string, { list, entry }: MeasureAmendment, options: EstateOptions): void {
  append(folder, list, [entry], options);
}

function append(folder: string, list: keyof typeof lists, entries: readonly unknown[], options: EstateOptions): void {
  const form = expectedFormOf(lists[list]);
  const faults = entries.flatMap((entry, i) => {
    const found = faultsOf(lists[list].safeParse(entry).error?.issues ?? [], entry, form);
    return found.map((fault) => ({ ...fault, path: entries.length > 1 ? [i + 1, ...fault.path] : fault.path }));
  });
  if (faults.length > 0) {
    throw new ProblemError(
      faults.map(({ path, detail, found, expected }) => ({
        code: 'estate.schema',
        where: [list.slice(0, -1), ...path].join('.'),
        detail,
        found,
        expected,
      })),
    );
  }
  const before = readFiles(folder);
  const text = withEntry(before.files.find(({ name }) => name === amendmentsName)?.text ?? header, list, entries);
  const files = [...before.files.filter(({ name }) => name !== amendmentsName), { name: amendmentsName, text }];
  const judged = judgeFiles({ ...before, files, hash: hashOf(files, before.problems) }, options);
  if (!('estate' in judged)) throw new ProblemError(judged.problems);
  replaceFile(folder, amendmentsName, text);
}

/** The text with these entries more; what cannot be parsed is left as it is, for the judge to refuse. */
function withEntry(text: string, list: string, entries: readonly unknown[]): string {
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  if (!document.has(list)) document.set(list, document.createNode([]));
  for (const entry of entries) document.addIn([list], document.createNode(entry));
  return String(document);
}

function replaceFile(folder: string, name: string, text: string): void {
  // Hidden, so that a reader of the folder passes it over.
  const temporary = join(folder, `.${name}.new`);
  const file = openSync(temporary, 'w', 0o644);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, join(folder, name));
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
