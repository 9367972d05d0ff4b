import { describe, expect, test } from 'vitest';
import { faultKinds } from '../../simulators/faults.ts';
import { addScores, rightNames } from '../../simulators/score-faults.ts';
import { steadyEstate } from '../simulators/sample-estate.ts';
import { scoreOfSeed } from './named-faults.ts';

/** Seeds that are not those of docs/score.md, so that the floors hold for more than what was looked at. */
const seeds = [101, 102, 103, 104];

describe('faults by chance on the sample estate', () => {
  const score = addScores(seeds.map((seed) => scoreOfSeed(steadyEstate(), seed)));
  const scored = faultKinds.filter((kind) => rightNames[kind].length > 0);

  test('each kind was injected', () => {
    expect(scored).toHaveLength(14);
    expect(scored.filter((kind) => score.kinds[kind].injected < seeds.length)).toEqual([]);
  });

  const sum = (term: 'injected' | 'found' | 'named' | 'asked' | 'misnamed'): number =>
    scored.reduce((total, kind) => total + score.kinds[kind][term], 0);

  test('nearly all are found, and named or asked about', () => {
    expect(sum('found') / sum('injected')).toBeGreaterThanOrEqual(0.92);
    expect((sum('named') + sum('asked')) / sum('injected')).toBeGreaterThanOrEqual(0.92);
    expect(sum('named') / sum('injected')).toBeGreaterThanOrEqual(0.85);
    expect(sum('misnamed') / sum('injected')).toBeLessThanOrEqual(0.04);
  });

  test('hardly anything is raised where nothing is wrong: 59 meters, six weeks, four times', () => {
    expect(score.falselyRaised.length).toBeLessThanOrEqual(2);
  });
});
