import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../domain/limits.ts';
import type { ObservedSeries } from '../../domain/observed/register.ts';
import { ProblemError } from '../../domain/problems.ts';
import { type Period, toIso } from '../../domain/time.ts';
import { type GridHalfHour, readIntensities } from './intensity-answer.ts';

/** Where a period of a grid's intensity is asked for: the nation's, or that of a region by its number. */
export function intensityAddress(base: string, region: ObservedSeries['region'], { from, to }: Period): string {
  const minute = (at: number): string => `${toIso(at).slice(0, 16)}Z`;
  const root = base.replace(/\/+$/, '');
  return typeof region === 'number'
    ? `${root}/regional/intensity/${minute(from)}/${minute(to)}/regionid/${region}`
    : `${root}/intensity/${minute(from)}/${minute(to)}`;
}

/**
 * Fetches one period, trying again a few times with longer and longer pauses where the service does not answer or says
 * that it cannot now; a refusal is not tried again. Rejects with a ProblemError `grid.unreachable` or
 * `grid.bad-answer`.
 */
export async function fetchIntensity(address: string, signal: AbortSignal): Promise<GridHalfHour[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return readIntensities(await bodyOf(address, signal), address);
    } catch (error) {
      const isOver = signal.aborted || attempt >= limits.gridAttempts || !mayPass(error);
      if (isOver) throw error;
      await pause(limits.gridRetryMs * 2 ** (attempt - 1), undefined, { signal });
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof ProblemError && error.problems.every(({ code }) => code === 'grid.unreachable');
}

async function bodyOf(address: string, signal: AbortSignal): Promise<string> {
  const unreachable = (detail: string, cause?: unknown): ProblemError =>
    new ProblemError([{ code: 'grid.unreachable', where: address, detail }], { cause });
  let response: Response;
  try {
    const either = AbortSignal.any([signal, AbortSignal.timeout(limits.gridTimeoutMs)]);
    response = await fetch(address, { signal: either, headers: { accept: 'application/json' } });
    if (response.ok) return await bounded(response, address);
    await response.body?.cancel();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw unreachable(reasonOf(error), error);
  }
  const { status } = response;
  if (status === 429 || status >= 500) throw unreachable(`it answers ${status}`);
  throw new ProblemError([{ code: 'grid.bad-answer', where: address, found: `status ${status}` }]);
}

/** `fetch failed` says nothing; what it failed of stands behind it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause ? String(cause.code) : '';
  return cause.message.includes(code) ? cause.message : `${code} ${cause.message}`.trim();
}

/** The body, up to a bound: an address that is somebody else's may answer with anything. */
async function bounded(response: Response, address: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > limits.gridAnswerBytes) {
      const expected = `at most ${limits.gridAnswerBytes} bytes`;
      throw new ProblemError([{ code: 'grid.bad-answer', where: address, found: 'a longer answer', expected }]);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
