import type { z } from 'zod';
import type { CallerAnswer } from './caller.ts';
import type { carbonAnswerSchema } from '../../api/contract/carbon.ts';
import type { intensityAnswerSchema } from '../../api/contract/intensity.ts';
import type { organisationsAnswerSchema } from '../../api/contract/organisations.ts';
import type { targetsAnswerSchema } from '../../api/contract/reports.ts';
import type {
  differenceAnswerSchema,
  signOffAnswerSchema,
  signOffMadeSchema,
  signOffsAnswerSchema,
} from '../../api/contract/sign-offs.ts';
import type { alertAnswerSchema, alertsAnswerSchema, savingsAnswerSchema } from '../../api/contract/alerts.ts';
import type {
  alarmLoadAnswerSchema,
  channelsAnswerSchema,
  channelTestAnswerSchema,
  deliveriesAnswerSchema,
} from '../../api/contract/deliveries.ts';
import type { budgetAnswerSchema } from '../../api/contract/budget.ts';
import type { costsAnswerSchema, supplyPointsAnswerSchema } from '../../api/contract/costs.ts';
import type { coverAnswerSchema } from '../../api/contract/cover.ts';
import type { matchingAnswerSchema } from '../../api/contract/matching.ts';
import type { sitesAnswerSchema } from '../../api/contract/sites.ts';
import type { comparisonAnswerSchema } from '../../api/contract/tariff-comparisons.ts';
import type { tariffsAnswerSchema } from '../../api/contract/tariffs.ts';

/** What each question to the API is answered with: the schemas of its contract. By area, then by route. */
export interface Answers {
  '/v1/caller': CallerAnswer;
  '/v1/carbon': z.output<typeof carbonAnswerSchema>;
  '/v1/intensity': z.output<typeof intensityAnswerSchema>;
  '/v1/organisations': z.output<typeof organisationsAnswerSchema>;
  '/v1/reports/targets': z.output<typeof targetsAnswerSchema>;
  '/v1/sign-offs': z.output<typeof signOffsAnswerSchema>;
  '/v1/sign-offs/:sign_off': z.output<typeof signOffAnswerSchema>;
  '/v1/sign-offs/:sign_off/difference': z.output<typeof differenceAnswerSchema>;
  '/v1/sites': z.output<typeof sitesAnswerSchema>;

  '/v1/alerts': z.output<typeof alertsAnswerSchema>;
  '/v1/alerts/:alert': z.output<typeof alertAnswerSchema>;
  '/v1/alerts/savings': z.output<typeof savingsAnswerSchema>;
  '/v1/alarm-load': z.output<typeof alarmLoadAnswerSchema>;
  '/v1/channels': z.output<typeof channelsAnswerSchema>;
  '/v1/deliveries': z.output<typeof deliveriesAnswerSchema>;
  // Supply
  '/v1/budget': z.output<typeof budgetAnswerSchema>;
  '/v1/costs': z.output<typeof costsAnswerSchema>;
  '/v1/cover': z.output<typeof coverAnswerSchema>;
  '/v1/matching': z.output<typeof matchingAnswerSchema>;
  '/v1/supply-points': z.output<typeof supplyPointsAnswerSchema>;
  '/v1/tariffs': z.output<typeof tariffsAnswerSchema>;
}

/** What each act of the API is answered with. */
export interface Acted {
  'POST /v1/sign-offs': z.output<typeof signOffMadeSchema>;
  'DELETE /v1/sessions': undefined;

  'POST /v1/alerts/:alert/acts': z.output<typeof alertAnswerSchema>;
  'POST /v1/channels/:channel/test': z.output<typeof channelTestAnswerSchema>;
  // Supply: a question in a body
  'POST /v1/tariff-comparisons': z.output<typeof comparisonAnswerSchema>;
}
