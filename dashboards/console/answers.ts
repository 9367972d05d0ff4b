import type { z } from 'zod';
import type { actsAnswerSchema } from '../../api/contract/acts.ts';
import type { alertAnswerSchema, alertsAnswerSchema, savingsAnswerSchema } from '../../api/contract/alerts.ts';
import type { budgetAnswerSchema } from '../../api/contract/budget.ts';
import type { carbonAnswerSchema } from '../../api/contract/carbon.ts';
import type { comparisonsAnswerSchema } from '../../api/contract/comparisons.ts';
import type { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import type { costsAnswerSchema, supplyPointsAnswerSchema } from '../../api/contract/costs.ts';
import type { coverAnswerSchema } from '../../api/contract/cover.ts';
import type { issueAnswerSchema, issuesAnswerSchema } from '../../api/contract/data-issues.ts';
import type { dataQualityAnswerSchema, ledgerAnswerSchema } from '../../api/contract/data-quality.ts';
import type {
  alarmLoadAnswerSchema,
  channelTestAnswerSchema,
  channelsAnswerSchema,
  deliveriesAnswerSchema,
} from '../../api/contract/deliveries.ts';
import type { diagnosisAnswerSchema } from '../../api/contract/diagnosis.ts';
import type { sourcesAnswerSchema } from '../../api/contract/entries.ts';
import type { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import type { dayExplanationSchema, halfHourExplanationSchema } from '../../api/contract/explain.ts';
import type { ignoredAnswerSchema, inboxAnswerSchema, inboxEntryAnswerSchema } from '../../api/contract/inbox.ts';
import type { intensityAnswerSchema } from '../../api/contract/intensity.ts';
import type { jobAnswerSchema, jobsAnswerSchema } from '../../api/contract/jobs.ts';
import type { matchingAnswerSchema } from '../../api/contract/matching.ts';
import type { meterAnswerSchema, metersAnswerSchema } from '../../api/contract/meters.ts';
import type { nowAnswerSchema } from '../../api/contract/now.ts';
import type { organisationsAnswerSchema } from '../../api/contract/organisations.ts';
import type { measureAnswerSchema, measuresAnswerSchema } from '../../api/contract/plan-measures.ts';
import type { planPageAnswerSchema } from '../../api/contract/plan-page.ts';
import type { planSavingsAnswerSchema } from '../../api/contract/plan-savings.ts';
import type { planStandingAnswerSchema } from '../../api/contract/plan-standing.ts';
import type { trajectoryAnswerSchema } from '../../api/contract/plan-trajectory.ts';
import type { quarantineAnswerSchema, quarantinedAnswerSchema } from '../../api/contract/quarantine.ts';
import type { reconciliationAnswerSchema } from '../../api/contract/reconciliation.ts';
import type { targetsAnswerSchema } from '../../api/contract/reports.ts';
import type { rulingAnswerSchema, rulingsAnswerSchema } from '../../api/contract/rulings.ts';
import type { signedOutSchema } from '../../api/contract/sessions.ts';
import type {
  differenceAnswerSchema,
  signOffAnswerSchema,
  signOffMadeSchema,
  signOffsAnswerSchema,
} from '../../api/contract/sign-offs.ts';
import type { siteAnswerSchema, sitesAnswerSchema } from '../../api/contract/sites.ts';
import type { comparisonAnswerSchema } from '../../api/contract/tariff-comparisons.ts';
import type { tariffsAnswerSchema } from '../../api/contract/tariffs.ts';
import type { CallerAnswer } from './caller.ts';

/** What each question to the API is answered with: the schemas of its contract. */
export interface Answers {
  '/v1/acts': z.output<typeof actsAnswerSchema>;
  '/v1/alarm-load': z.output<typeof alarmLoadAnswerSchema>;
  '/v1/alerts': z.output<typeof alertsAnswerSchema>;
  '/v1/alerts/:alert': z.output<typeof alertAnswerSchema>;
  '/v1/alerts/savings': z.output<typeof savingsAnswerSchema>;
  '/v1/budget': z.output<typeof budgetAnswerSchema>;
  '/v1/caller': CallerAnswer;
  '/v1/carbon': z.output<typeof carbonAnswerSchema>;
  '/v1/channels': z.output<typeof channelsAnswerSchema>;
  '/v1/consumption': z.output<typeof consumptionAnswerSchema>;
  '/v1/costs': z.output<typeof costsAnswerSchema>;
  '/v1/cover': z.output<typeof coverAnswerSchema>;
  '/v1/data-issues': z.output<typeof issuesAnswerSchema>;
  '/v1/data-quality': z.output<typeof dataQualityAnswerSchema>;
  '/v1/data-quality/ledgers': z.output<typeof ledgerAnswerSchema>;
  '/v1/deliveries': z.output<typeof deliveriesAnswerSchema>;
  '/v1/explain/day': z.output<typeof dayExplanationSchema>;
  '/v1/explain/figure': z.output<typeof figureExplanationSchema>;
  '/v1/explain/half-hour': z.output<typeof halfHourExplanationSchema>;
  '/v1/inbox': z.output<typeof inboxAnswerSchema>;
  '/v1/inbox/:entry': z.output<typeof inboxEntryAnswerSchema>;
  '/v1/intensity': z.output<typeof intensityAnswerSchema>;
  '/v1/intensity/comparisons': z.output<typeof comparisonsAnswerSchema>;
  '/v1/jobs': z.output<typeof jobsAnswerSchema>;
  '/v1/jobs/:job': z.output<typeof jobAnswerSchema>;
  '/v1/matching': z.output<typeof matchingAnswerSchema>;
  '/v1/measures': z.output<typeof measuresAnswerSchema>;
  '/v1/measures/:measure': z.output<typeof measureAnswerSchema>;
  '/v1/meters': z.output<typeof metersAnswerSchema>;
  '/v1/meters/:meter': z.output<typeof meterAnswerSchema>;
  '/v1/meters/:meter/diagnosis': z.output<typeof diagnosisAnswerSchema>;
  '/v1/meters/:meter/rulings': z.output<typeof rulingsAnswerSchema>;
  '/v1/meters/:meter/sources': z.output<typeof sourcesAnswerSchema>;
  '/v1/now': z.output<typeof nowAnswerSchema>;
  '/v1/organisations': z.output<typeof organisationsAnswerSchema>;
  '/v1/plan': z.output<typeof planPageAnswerSchema>;
  '/v1/plan/savings': z.output<typeof planSavingsAnswerSchema>;
  '/v1/plan/standing': z.output<typeof planStandingAnswerSchema>;
  '/v1/plan/trajectory': z.output<typeof trajectoryAnswerSchema>;
  '/v1/quarantine': z.output<typeof quarantineAnswerSchema>;
  '/v1/quarantine/:message': z.output<typeof quarantinedAnswerSchema>;
  '/v1/reconciliation': z.output<typeof reconciliationAnswerSchema>;
  '/v1/reports/targets': z.output<typeof targetsAnswerSchema>;
  '/v1/sign-offs': z.output<typeof signOffsAnswerSchema>;
  '/v1/sign-offs/:sign_off': z.output<typeof signOffAnswerSchema>;
  '/v1/sign-offs/:sign_off/difference': z.output<typeof differenceAnswerSchema>;
  '/v1/sites': z.output<typeof sitesAnswerSchema>;
  '/v1/sites/:site': z.output<typeof siteAnswerSchema>;
  '/v1/supply-points': z.output<typeof supplyPointsAnswerSchema>;
  '/v1/tariffs': z.output<typeof tariffsAnswerSchema>;
}

/** What each act of the API is answered with. */
export interface Acted {
  'DELETE /v1/sessions': z.output<typeof signedOutSchema>;
  'POST /v1/alerts/:alert/acts': z.output<typeof alertAnswerSchema>;
  'POST /v1/channels/:channel/test': z.output<typeof channelTestAnswerSchema>;
  'POST /v1/data-issues/:issue/ignore': z.output<typeof issueAnswerSchema>;
  'POST /v1/data-issues/:issue/reopen': z.output<typeof issueAnswerSchema>;
  'POST /v1/inbox/:entry/accept': z.output<typeof jobAnswerSchema>;
  'POST /v1/inbox/:entry/ignore': z.output<typeof ignoredAnswerSchema>;
  'POST /v1/measures/:measure/status': z.output<typeof jobAnswerSchema>;
  'POST /v1/meters/:meter/exchanges': z.output<typeof jobAnswerSchema>;
  'POST /v1/meters/:meter/reads': z.output<typeof jobAnswerSchema>;
  'POST /v1/meters/:meter/rulings': z.output<typeof rulingAnswerSchema>;
  'POST /v1/meters/:meter/rulings/:ruling/undo': z.output<typeof rulingAnswerSchema>;
  'POST /v1/quarantine/replay': z.output<typeof jobAnswerSchema>;
  'POST /v1/sessions': CallerAnswer;
  'POST /v1/sign-offs': z.output<typeof signOffMadeSchema>;
  'POST /v1/tariff-comparisons': z.output<typeof comparisonAnswerSchema>;
}
