import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A page that people read, by its path from the root of the house. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** README and NOTICE, everything under docs/, and what stands beside estates, simulators and tests. */
export function everyPage(): Page[] {
  const under = ['docs', 'estates', 'simulators', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const paths = ['README.md', 'NOTICE.md', ...under.filter((file) => file.endsWith('.md')).sort()];
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** A stretch between fences, with the line it begins on and what is said behind its opening fence. */
export interface Fenced {
  readonly language: string;
  readonly first: number;
  readonly lines: readonly string[];
}

export function fencedOf({ text }: Page): Fenced[] {
  const found: Fenced[] = [];
  let open: { language: string; first: number; lines: string[]; indent: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^( *)```(\w*)\s*$/.exec(line);
    if (fence && !open) {
      open = { language: fence[2] ?? '', first: index + 2, lines: [], indent: fence[1]?.length ?? 0 };
    } else if (fence && open) {
      found.push(open);
      open = undefined;
    } else open?.lines.push(line.slice(open.indent));
  }
  return found;
}

/** A page without what stands between fences; lines keep their numbers. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, (fenced) => fenced.replaceAll(/[^\n]/g, ''));
}
