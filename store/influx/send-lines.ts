import { limits } from '../../domain/limits.ts';
import { LinesRefused, type Server } from './server.ts';

/** A line that the database would not take, and what it said. */
export interface RefusedLine {
  readonly index: number;
  readonly reason: string;
}

/**
 * Writes lines and finds out which of them the database refuses. 1.x writes the others and does not say which; 2.x and
 * 3.x refuse the whole batch: so a refused batch is halved until the lines are found. Writing a line twice changes
 * nothing. Rejects with a ProblemError `store.*` when the database cannot be asked; the batch must then be sent again.
 */
export async function sendLines(server: Server, database: string, lines: readonly string[]): Promise<RefusedLine[]> {
  const refused: RefusedLine[] = [];
  for (let start = 0; start < lines.length; start += limits.influxLinesPerRequest) {
    const end = Math.min(start + limits.influxLinesPerRequest, lines.length);
    refused.push(...(await sendPart(server, database, lines, { start, end })));
  }
  return refused;
}

async function sendPart(
  server: Server,
  database: string,
  lines: readonly string[],
  part: { start: number; end: number },
): Promise<RefusedLine[]> {
  const { start, end } = part;
  try {
    await server.write(database, lines.slice(start, end));
    return [];
  } catch (error) {
    if (!(error instanceof LinesRefused)) throw error;
    if (end - start === 1) return [{ index: start, reason: error.message }];
    const middle = Math.ceil((start + end) / 2);
    const first = await sendPart(server, database, lines, { start, end: middle });
    return [...first, ...(await sendPart(server, database, lines, { start: middle, end }))];
  }
}
