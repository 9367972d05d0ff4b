import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath';

/**
 * JMESPath (jmespath.org, community edition), compiled once. Two things are ours. Plain paths and the first of several
 * (`a.b || a[0]`) are walked without the interpreter: they are most of what a mapping asks, and a walk can tell a key
 * that is missing from one that is null, which JMESPath cannot. And an expression may only hold what ends soon: the
 * work of what is allowed grows with the payload and not faster, so that no expression can stop ingest.
 */

/** Undefined: it is not there. Null: it is there, and the device does not know. */
export type Evaluate = (document: unknown) => unknown;

type Node = ReturnType<typeof compile>;

/** What ends in one pass over its arguments and makes nothing longer than they are. */
const allowedFunctions: ReadonlySet<string> = new Set(
  (
    'abs avg ceil contains ends_with floor items keys length lower max min not_null starts_with sum to_string trim type ' +
    'upper values'
  ).split(' '),
);
/** Of a projection inside a projection each element would be walked again and again. */
const deepestProjection = 2;

/** An expression with its tree, for those who compare expressions. */
export interface Expression {
  readonly text: string;
  readonly tree: Node;
  readonly evaluate: Evaluate;
}

/** Throws a SyntaxError that says what is wrong. */
export function expression(text: string): Expression {
  let tree: Node;
  try {
    tree = compile(text);
  } catch (error) {
    throw new SyntaxError(`not JMESPath: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const fault = faultOf(tree, 0, false);
  if (fault !== undefined) throw new SyntaxError(fault);
  return { text, tree, evaluate: walkOf(tree) ?? interpreted(tree) };
}

/** What JMESPath takes for false: nothing, null, false, an empty text, list or object. Zero is true. */
export function isTruthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function interpreted(tree: Node): Evaluate {
  return (document) => {
    try {
      return TreeInterpreter.search(tree, document as JSONValue) ?? undefined;
    } catch {
      // A function or sum over something that is not of its kind: there is no such value.
      return undefined;
    }
  };
}

function walkOf(tree: Node): Evaluate | undefined {
  switch (tree.type) {
    case 'Current':
    case 'Identity':
      return (document) => document;
    case 'Field':
      return fieldOf(tree.name);
    case 'Index':
      return elementOf(tree.value);
    case 'Subexpression':
    case 'IndexExpression': {
      const outer = walkOf(tree.left);
      const inner = walkOf(tree.right);
      return outer && inner ? (document) => inner(outer(document)) : undefined;
    }
    case 'OrExpression': {
      const first = walkOf(tree.left);
      const second = walkOf(tree.right);
      return first && second ? (document) => firstOf(first(document), () => second(document)) : undefined;
    }
    default:
      return undefined;
  }
}

function fieldOf(name: string): Evaluate {
  return (document) =>
    typeof document === 'object' && document !== null && !Array.isArray(document) && Object.hasOwn(document, name)
      ? (document as Readonly<Record<string, unknown>>)[name]
      : undefined;
}

function elementOf(index: number): Evaluate {
  return (document) => (Array.isArray(document) ? (document as readonly unknown[]).at(index) : undefined);
}

/** The second when the first says nothing; what is known to be nothing stays known when the second is missing. */
function firstOf(first: unknown, second: () => unknown): unknown {
  if (isTruthy(first)) return first;
  const other = second();
  return other === undefined ? first : other;
}

/** Why an expression is not allowed; undefined when it is. */
function faultOf(tree: Node, projections: number, inFunction: boolean): string | undefined {
  if (projections > deepestProjection) return `lists within lists are followed ${deepestProjection} deep`;
  const all = (parts: readonly Node[], deeper = projections, within = false): string | undefined =>
    parts.map((part) => faultOf(part, deeper, within)).find((fault) => fault !== undefined);
  switch (tree.type) {
    case 'Current':
    case 'Identity':
    case 'Field':
    case 'Index':
    case 'Slice':
    case 'Literal':
      return undefined;
    case 'Subexpression':
    case 'IndexExpression':
      // JMESPath reads `!a.b` as `(!a).b`, which is never anything.
      if (tree.left.type === 'NotExpression') return 'write !(a.b) for what is not there; !a.b means another thing';
      return all([tree.left, tree.right]);
    case 'OrExpression':
    case 'AndExpression':
    case 'Pipe':
    case 'Comparator':
    case 'Arithmetic':
      return all([tree.left, tree.right]);
    case 'NotExpression':
    case 'Flatten':
      return all([tree.child]);
    case 'Unary':
      return all([tree.operand]);
    case 'Projection':
    case 'ValueProjection':
      return all([tree.left, tree.right], projections + 1);
    case 'FilterProjection':
      return all([tree.left, tree.right, tree.condition], projections + 1);
    case 'MultiSelectList':
      // As an argument, sum([a, b]); elsewhere lists could double at every step.
      return inFunction ? all(tree.children) : 'a list such as [a, b] stands only as the argument of a function';
    case 'Function':
      return allowedFunctions.has(tree.name)
        ? all(tree.children, projections, true)
        : `${tree.name}() is not among the functions of a mapping: ${[...allowedFunctions].join(', ')}`;
    default:
      return `${tree.type} is not used in mappings`;
  }
}
