import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../../domain/problems.ts';

/** Where in one file: `['sites', 0, 'meters', 3, 'unit']`. */
export type YamlPath = readonly (string | number)[];

/** One file of the estate folder, parsed, with the way back from a value to its line. */
export interface YamlFile {
  /** Path below the folder. */
  readonly name: string;
  readonly value: unknown;
  /** Line of the key or list entry a path ends in; of the innermost one that is there when it is not. */
  lineOf(path: YamlPath): number;
}

export interface ParsedYaml {
  readonly file: YamlFile;
  readonly problems: readonly Problem[];
  /** False when the text cannot be trusted to say what was meant: its entries are then not judged. */
  readonly readable: boolean;
}

/** Parses one file; every fault of the syntax at once, keys that stand twice among them. */
export function parseYaml(name: string, text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  // What the parser only warns of (a tag nobody knows) is a fault here: nothing is passed over.
  const problems = [...document.errors, ...document.warnings].map((error): Problem => {
    const isDuplicate = error.code === 'DUPLICATE_KEY';
    const key = /^[\w-]+/.exec(text.slice(error.pos[0]))?.[0];
    return {
      code: 'estate.yaml',
      where: name,
      line: lines.linePos(error.pos[0]).line,
      detail: isDuplicate ? 'the key stands here a second time' : sentence(error.message),
      found: isDuplicate ? key : undefined,
    };
  });
  let value: unknown;
  let readable = document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // Aliases that unfold into more than a file can mean.
    readable = false;
    if (problems.length === 0) {
      problems.push({ code: 'estate.yaml', where: name, line: 1, detail: sentence(String(error)) });
    }
  }
  return { file: { name, value, lineOf: (path) => lineOf(document, lines, path) }, problems, readable };
}

function sentence(message: string): string {
  return message.replace(/^\w*Error: /, '').replace(/^./, (first) => first.toLowerCase());
}

function lineOf(document: Document, lines: LineCounter, path: YamlPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (!pair) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) break;
      offset = startOf(item) ?? offset;
      node = item;
    } else break;
  }
  return lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start] = node.range as unknown[];
  return typeof start === 'number' ? start : undefined;
}
