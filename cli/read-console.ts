import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { ConsoleFile, ConsoleFiles } from '../api/console-pages.ts';

/** Where `npm run console` writes. */
const built = join(import.meta.dirname, '../dashboards/console/built');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** The console as it was built, undefined where it was not. Files of other kinds are not for browsers. */
export function readConsole(folder = built): ConsoleFiles | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.flatMap((entry): [string, ConsoleFile][] => {
      const path = join(entry.parentPath, entry.name);
      const type = types[extname(entry.name)];
      return type === undefined
        ? []
        : [[relative(folder, path).split(sep).join('/'), { type, body: readFileSync(path) }]];
    }),
  );
}
