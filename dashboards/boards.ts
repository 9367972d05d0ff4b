import { abnormalUsage } from './boards/abnormal-usage.ts';
import { carbon } from './boards/carbon.ts';
import { estateLive } from './boards/estate-live.ts';
import { dataQuality } from './boards/data-quality.ts';
import { fourStepPlan } from './boards/four-step-plan.ts';
import { itself } from './boards/itself.ts';
import { intensity } from './boards/intensity.ts';
import { meter } from './boards/meter.ts';
import { tariffs } from './boards/tariffs.ts';
import { site } from './boards/site.ts';
import type { Board } from './panel.ts';

/** Every board, by the file it is written to. */
export const boards: ReadonlyMap<string, Board> = new Map([
  ['estate-live.json', estateLive],
  ['site.json', site],
  ['data-quality.json', dataQuality],
  ['meter.json', meter],
  ['intensity.json', intensity],
  ['carbon.json', carbon],
  ['tariffs.json', tariffs],
  ['abnormal-usage.json', abnormalUsage],
  ['four-step-plan.json', fourStepPlan],
  ['itself.json', itself],
]);
