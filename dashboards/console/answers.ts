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
import type { jobAnswerSchema } from '../../api/contract/jobs.ts';
import type { measureAnswerSchema, measuresAnswerSchema } from '../../api/contract/plan-measures.ts';
import type { planPageAnswerSchema } from '../../api/contract/plan-page.ts';
import type { planSavingsAnswerSchema } from '../../api/contract/plan-savings.ts';
import type { planStandingAnswerSchema } from '../../api/contract/plan-standing.ts';
import type { trajectoryAnswerSchema } from '../../api/contract/plan-trajectory.ts';
import type { sitesAnswerSchema } from '../../api/contract/sites.ts';

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

  '/v1/jobs/:job': z.output<typeof jobAnswerSchema>;
  '/v1/measures': z.output<typeof measuresAnswerSchema>;
  '/v1/measures/:measure': z.output<typeof measureAnswerSchema>;
  '/v1/plan': z.output<typeof planPageAnswerSchema>;
  '/v1/plan/savings': z.output<typeof planSavingsAnswerSchema>;
  '/v1/plan/standing': z.output<typeof planStandingAnswerSchema>;
  '/v1/plan/trajectory': z.output<typeof trajectoryAnswerSchema>;
}

/** What each act of the API is answered with. */
export interface Acted {
  'POST /v1/sign-offs': z.output<typeof signOffMadeSchema>;
  'DELETE /v1/sessions': undefined;

  'POST /v1/alerts/:alert/acts': z.output<typeof alertAnswerSchema>;
  'POST /v1/channels/:channel/test': z.output<typeof channelTestAnswerSchema>;
  'POST /v1/measures/:measure/status': z.output<typeof jobAnswerSchema>;
}
