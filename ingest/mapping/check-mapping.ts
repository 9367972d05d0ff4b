import type { MappingRule } from '../../domain/estate/mapping.ts';
import { expression } from './expression.ts';
import type { MappingFault } from './faults.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { MappedDecoder } from './mapped-decoder.ts';
import { covers } from './topic-pattern.ts';

/** What a rule asks of one thing: which values it may have, and whether it must be there. */
interface Demand {
  readonly text: string;
  /** Values it may have; undefined when any. */
  readonly allowed: readonly string[] | undefined;
  readonly forbidden: readonly string[];
  /** Whether it must hold, or must not. */
  readonly truth: boolean | undefined;
}

/** What of a compiled mapping can never happen: conditions that contradict each other, rules behind wider ones. */
export function checkMapping({ mapping, rules }: MappedDecoder): MappingFault[] {
  const demands = mapping.rules.map(demandsOf);
  return mapping.rules.flatMap((rule, i): MappingFault[] => {
    const path = ['rules', i];
    const contradiction = contradictionIn(demands[i] ?? []);
    if (contradiction !== undefined) {
      return [
        { path: [...path, 'when'], detail: `it can never hold: ${contradiction}`, found: rule.name, isNever: true },
      ];
    }
    const earlier = rules
      .slice(0, i)
      .findIndex((each, j) => shadows(each, demands[j] ?? [], rules[i], demands[i] ?? []));
    if (earlier === -1) return [];
    const detail = `it is never asked: ${mapping.rules[earlier]?.name}, before it, reads all of its messages`;
    return [{ path, detail, found: rule.name, isNever: true }];
  });
}

function shadows(
  first: CompiledRule,
  firstDemands: readonly Demand[],
  second: CompiledRule | undefined,
  secondDemands: readonly Demand[],
): boolean {
  if (!second || second.topics.length === 0 || first.topics.length === 0) return false;
  const leavesOut = first.exclusions.filter((out) => second.exclusions.every((other) => other.text !== out.text));
  if (leavesOut.length > 0) return false;
  const isCovered = second.topics.every((narrow) => first.topics.some((wide) => covers(wide, narrow)));
  return isCovered && firstDemands.every((demand) => secondDemands.some((other) => implies(other, demand)));
}

/** Whether a message that fulfils `given` fulfils `asked` as well. */
function implies(given: Demand, asked: Demand): boolean {
  if (given.text !== asked.text) return false;
  if (asked.truth !== undefined && given.truth !== asked.truth) return false;
  const allowed = asked.allowed;
  if (allowed && !(given.allowed ?? []).every((value) => allowed.includes(value))) return false;
  if (allowed && !given.allowed) return false;
  return asked.forbidden.every(
    (value) => given.forbidden.includes(value) || (given.allowed !== undefined && !given.allowed.includes(value)),
  );
}

/** Two demands on one thing that nothing fulfils both, in words. */
function contradictionIn(demands: readonly Demand[]): string | undefined {
  for (const [text, list] of Map.groupBy(demands, (demand) => demand.text)) {
    const truths = new Set(list.flatMap(({ truth }) => truth ?? []));
    if (truths.size === 2) return `${said(text)} must be there and must not`;
    const lists = list.flatMap(({ allowed }) => (allowed ? [allowed] : []));
    const [first, ...others] = lists;
    if (!first) continue;
    const forbidden = new Set(list.flatMap((demand) => demand.forbidden));
    const left = first.filter((value) => others.every((other) => other.includes(value)) && !forbidden.has(value));
    if (left.length === 0) return `${said(text)} cannot be all of ${lists.flat().join(', ')}`;
    if (truths.has(false) && left.every((value) => value !== '""' && value !== 'null' && value !== 'false')) {
      return `${said(text)} must be ${left.join(' or ')} and must not be there`;
    }
  }
  return undefined;
}

/** What is asked of `{name}` of the topic, or of a path of the payload. */
function said(text: string): string {
  return text.replace(/^payload /, '');
}

function demandsOf(rule: MappingRule): Demand[] {
  const ofTopic = Object.entries(rule.where).map(([name, list]): Demand => {
    return { text: `{${name}}`, allowed: list.map((value) => JSON.stringify(value)), forbidden: [], truth: undefined };
  });
  return [...ofTopic, ...rule.when.flatMap(demandsIn)];
}

type Node = ReturnType<typeof expression>['tree'];

/** The demands of one condition; one whose parts are not plain is a demand on itself. */
function demandsIn(text: string): Demand[] {
  try {
    return partsOf(expression(text).tree);
  } catch {
    // Its fault is told where it is compiled.
    return [];
  }
}

function partsOf(tree: Node): Demand[] {
  if (tree.type === 'AndExpression') return [...partsOf(tree.left), ...partsOf(tree.right)];
  if (tree.type === 'NotExpression')
    return [{ text: textOf(tree.child), allowed: undefined, forbidden: [], truth: false }];
  if (tree.type === 'Comparator' && tree.right.type === 'Literal') {
    const value = JSON.stringify(tree.right.value);
    const text = textOf(tree.left);
    if (tree.name === 'EQ') return [{ text, allowed: [value], forbidden: [], truth: undefined }];
    if (tree.name === 'NE') return [{ text, allowed: undefined, forbidden: [value], truth: undefined }];
  }
  return [{ text: textOf(tree), allowed: undefined, forbidden: [], truth: true }];
}

/** A plain path as people write it; any other tree as JSON, which is at least the same for the same tree. */
function textOf(tree: Node): string {
  if (tree.type === 'Field') return tree.name;
  if (tree.type === 'Current' || tree.type === 'Identity') return '@';
  if (tree.type === 'Subexpression') return `${textOf(tree.left)}.${textOf(tree.right)}`;
  return JSON.stringify(tree);
}
