import { readFileSync } from 'node:fs';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { Config } from './config.ts';

/** The texts of the certificates that the configuration names; throws a ProblemError with every file it cannot read. */
export function readTls({
  tls_ca,
  tls_cert,
  tls_key,
}: Config['broker']): Partial<Record<'ca' | 'cert' | 'key', string>> {
  const texts: Partial<Record<'ca' | 'cert' | 'key', string>> = {};
  const problems: Problem[] = [];
  for (const [name, path] of Object.entries({ ca: tls_ca, cert: tls_cert, key: tls_key } as const)) {
    if (path === undefined) continue;
    try {
      texts[name as 'ca' | 'cert' | 'key'] = readFileSync(path, 'utf8');
    } catch {
      const expected = 'a file that can be read';
      problems.push({ code: 'config.invalid', where: `broker.tls_${name}`, found: path, expected });
    }
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return texts;
}
