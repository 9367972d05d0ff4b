import { z } from 'zod';
import { nearest } from '../../domain/nearest.ts';

/** What a schema wants at one place, in words, from its JSON Schema: so that every key has its sentence. */
export interface ExpectedForm {
  /** The keys allowed at a path. */
  keysAt(path: readonly PropertyKey[]): readonly string[];
  /** The words allowed at a path. */
  wordsAt(path: readonly PropertyKey[]): readonly string[];
  /** What is expected at a path: `a number above 0`, `one of a, b`. */
  expectedAt(path: readonly PropertyKey[]): string;
}

/** What of a JSON Schema node is looked at. */
interface FormNode {
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly description?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, FormNode>>;
  readonly items?: FormNode;
  readonly anyOf?: readonly FormNode[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The forms of a zod schema's input. */
export function expectedFormOf(schema: z.ZodType): ExpectedForm {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as FormNode;
  const nodesAt = (path: readonly PropertyKey[]): FormNode[] => {
    let nodes = branchesOf(root);
    for (const part of path) {
      nodes = nodes.flatMap((node) =>
        branchesOf(typeof part === 'number' ? node.items : node.properties?.[String(part)]),
      );
    }
    return nodes;
  };
  return {
    keysAt: (path) => [...new Set(nodesAt(path).flatMap((node) => Object.keys(node.properties ?? {})))],
    wordsAt: (path) =>
      nodesAt(path).flatMap((node) =>
        [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])].map(String),
      ),
    expectedAt: (path) => [...new Set(nodesAt(path).map(inWords))].join(' or '),
  };
}

function branchesOf(node: FormNode | undefined): FormNode[] {
  if (node === undefined) return [];
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(branchesOf);
}

function inWords(node: FormNode): string {
  if (node.const !== undefined) return String(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  if (node.description !== undefined) return node.description;
  switch (node.type) {
    case 'number':
      return `a number${boundsInWords(node)}`;
    case 'integer':
      return `a whole number${boundsInWords(node)}`;
    case 'string':
      return lengthInWords('text', 'characters', node.minLength, node.maxLength);
    case 'array':
      return lengthInWords('a list', 'entries', node.minItems, node.maxItems);
    case 'object':
      return `keys ${Object.keys(node.properties ?? {}).join(', ')}`;
    default:
      return 'something else';
  }
}

function boundsInWords({ minimum, maximum, exclusiveMinimum }: FormNode): string {
  if (exclusiveMinimum !== undefined) {
    return maximum === undefined ? ` above ${exclusiveMinimum}` : ` above ${exclusiveMinimum}, at most ${maximum}`;
  }
  if (minimum === undefined) return maximum === undefined ? '' : `, at most ${maximum}`;
  return maximum === undefined ? `, at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}

function lengthInWords(what: string, of: string, low = 0, high?: number): string {
  return high === undefined ? what : `${what} of ${low} to ${high} ${of}`;
}

/** One thing that is wrong with a value: where in it, and the words. */
export interface FormFault {
  readonly path: readonly (string | number)[];
  readonly detail?: string | undefined;
  readonly found: string;
  readonly expected: string;
  /** The known key that an unknown one was probably meant for. */
  readonly meant?: string | undefined;
}

/** Every fault of a value, from the issues zod found, in words. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], value: unknown, form: ExpectedForm): FormFault[] {
  return withoutEchoes(issues.flatMap((issue) => faultsOfIssue(issue, [], value, form)));
}

/** A misspelt key is one mistake, though the key it was meant for is missing too. */
function withoutEchoes(faults: readonly FormFault[]): FormFault[] {
  const meant = new Set(faults.flatMap((fault) => (fault.meant === undefined ? [] : [meantPath(fault)])));
  return faults.filter(({ path, found }) => found !== nothing || !meant.has(path.join('/')));
}

function meantPath({ path, meant }: FormFault): string {
  return [...path.slice(0, -1), meant].join('/');
}

const nothing = 'nothing';

function faultsOfIssue(
  issue: z.core.$ZodIssue,
  before: readonly PropertyKey[],
  value: unknown,
  form: ExpectedForm,
): FormFault[] {
  const place = [...before, ...issue.path];
  const path = place.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, form);
  if (issue.code === 'invalid_union') {
    const branch = likeliest(issue.errors, place, value, form);
    if (branch) return [...branch];
  }
  const found = valueAt(value, place);
  const expected = form.expectedAt(place);
  if (found === undefined) return [{ path, detail: 'it is needed', found: nothing, expected }];
  const shown = shortly(found);
  if (issue.code === 'invalid_format' && !issue.message.startsWith('Invalid')) {
    return [{ path, found: shown, expected: issue.message }];
  }
  const near = typeof found === 'string' ? nearest(found, form.wordsAt(place)) : undefined;
  const isNumberForText =
    typeof found === 'number' && /^(text|the first|the last|a London date|an instant)/.test(expected);
  const detail = near === undefined ? (isNumberForText ? 'put it in quotes' : undefined) : `did you mean ${near}?`;
  return [{ path, detail, found: shown, expected }];
}

function unknownKeys(keys: readonly string[], path: readonly (string | number)[], form: ExpectedForm): FormFault[] {
  const known = form.keysAt(path);
  return keys.map((key) => {
    const near = nearest(key, known);
    const detail = near === undefined ? 'there is no such key' : `there is no such key; did you mean ${near}?`;
    return { path: [...path, key], detail, found: key, expected: `one of ${known.join(', ')}`, meant: near };
  });
}

/** The faults in the branch of a union that was meant: its type is right, and fewest things in it are wrong. */
function likeliest(
  branches: readonly (readonly z.core.$ZodIssue[])[],
  place: readonly PropertyKey[],
  value: unknown,
  form: ExpectedForm,
): readonly FormFault[] | undefined {
  return branches
    .filter((issues) => issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'))
    .map((issues) => withoutEchoes(issues.flatMap((issue) => faultsOfIssue(issue, place, value, form))))
    .sort((a, b) => a.length - b.length)[0];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const part of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    inner = (inner as Record<PropertyKey, unknown>)[part];
  }
  return inner;
}

const shownCharacters = 80;

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
