import {
  differenceAnswerSchema,
  signOffAnswerSchema,
  signOffMadeSchema,
  signOffsAnswerSchema,
} from '../../api/contract/sign-offs.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { actsAnswerSchema } from '../../api/contract/acts.ts';
import { alertTrialAnswerSchema, alertTrialAskedSchema } from '../../api/contract/alert-trials.ts';
import {
  alertAnswerSchema,
  alertsAnswerSchema,
  alertSchema,
  savingsAnswerSchema,
  savingSchema,
} from '../../api/contract/alerts.ts';
import {
  alertRuleRowSchema,
  alertRulesAnswerSchema,
  watchedMeterRowSchema,
  watchedMetersAnswerSchema,
} from '../../api/contract/alert-rules.ts';
import { budgetAnswerSchema, budgetRowSchema } from '../../api/contract/budget.ts';
import {
  carbonAnswerSchema,
  carbonChangeAnswerSchema,
  carbonChangeRowSchema,
  carbonRowSchema,
} from '../../api/contract/carbon.ts';
import { certificatesAnswerSchema, suppliesAnswerSchema } from '../../api/contract/certificates.ts';
import { comparisonRowSchema, comparisonsAnswerSchema } from '../../api/contract/comparisons.ts';
import { consumptionAnswerSchema, consumptionRowSchema } from '../../api/contract/consumption.ts';
import {
  costRowSchema,
  costsAnswerSchema,
  supplyPointRowSchema,
  supplyPointsAnswerSchema,
} from '../../api/contract/costs.ts';
import { coverAnswerSchema, coverRowSchema } from '../../api/contract/cover.ts';
import { countedMetersAnswerSchema } from '../../api/contract/counted-meters.ts';
import {
  dataQualityAnswerSchema,
  dataQualityRowSchema,
  ledgerAnswerSchema,
  ledgerRowSchema,
} from '../../api/contract/data-quality.ts';
import { sourcesAnswerSchema } from '../../api/contract/entries.ts';
import {
  alarmLoadAnswerSchema,
  channelsAnswerSchema,
  channelTestAnswerSchema,
  deliveriesAnswerSchema,
  deliverySchema,
  loadDaySchema,
} from '../../api/contract/deliveries.ts';
import { billCheckAnswerSchema, billClaimRowSchema } from '../../api/contract/bill-checks.ts';
import { issueAnswerSchema, issuesAnswerSchema, issueSchema } from '../../api/contract/data-issues.ts';
import { diagnosisAnswerSchema } from '../../api/contract/diagnosis.ts';
import { planPageAnswerSchema } from '../../api/contract/plan-page.ts';
import { trajectoryAnswerSchema, trajectoryRowSchema } from '../../api/contract/plan-trajectory.ts';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import { dayExplanationSchema, halfHourExplanationSchema } from '../../api/contract/explain.ts';
import { healthAnswerSchema, readinessAnswerSchema } from '../../api/contract/health.ts';
import { ignoredAnswerSchema, inboxAnswerSchema, inboxEntryAnswerSchema } from '../../api/contract/inbox.ts';
import {
  gridCarbonAnswerSchema,
  gridCarbonRowSchema,
  matchingAnswerSchema,
  matchingRowSchema,
} from '../../api/contract/matching.ts';
import { nowAnswerSchema, siteNowSchema } from '../../api/contract/now.ts';
import {
  observedListAnswerSchema,
  observedRowSchema,
  observedValuesAnswerSchema,
  observedValueSchema,
} from '../../api/contract/observed.ts';
import { intensityAnswerSchema, intensityRowSchema } from '../../api/contract/intensity.ts';
import { jobAnswerSchema, jobsAnswerSchema } from '../../api/contract/jobs.ts';
import { keyAnswerSchema, keyMadeAnswerSchema, keysAnswerSchema } from '../../api/contract/keys.ts';
import { measureAnswerSchema, measureRowSchema, measuresAnswerSchema } from '../../api/contract/plan-measures.ts';
import { baselineModelRowSchema, baselineModelsAnswerSchema } from '../../api/contract/baseline-models.ts';
import { planSavingRowSchema, planSavingsAnswerSchema } from '../../api/contract/plan-savings.ts';
import { meterAnswerSchema, metersAnswerSchema } from '../../api/contract/meters.ts';
import { organisationsAnswerSchema } from '../../api/contract/organisations.ts';
import { planStandingAnswerSchema, stepRowSchema } from '../../api/contract/plan-standing.ts';
import { purgeAnswerSchema } from '../../api/contract/purges.ts';
import { quarantineAnswerSchema, quarantinedAnswerSchema } from '../../api/contract/quarantine.ts';
import { readingAnswerSchema, readingsAnswerSchema } from '../../api/contract/readings.ts';
import { reconciliationAnswerSchema, reconciliationRowSchema } from '../../api/contract/reconciliation.ts';
import {
  ericAnswerSchema,
  baselineAskedSchema,
  progressRowSchema,
  quarterlyAnswerSchema,
  quarterlyRowSchema,
  sentAnswerSchema,
  targetsAnswerSchema,
} from '../../api/contract/reports.ts';
import { rulingAnswerSchema, rulingsAnswerSchema } from '../../api/contract/rulings.ts';
import { callerAnswerSchema, signedOutSchema } from '../../api/contract/sessions.ts';
import { siteAnswerSchema, sitesAnswerSchema } from '../../api/contract/sites.ts';
import { rateRowSchema, tariffsAnswerSchema } from '../../api/contract/tariffs.ts';
import { tenderHalfHoursAnswerSchema, tenderPackAnswerSchema } from '../../api/contract/tender-pack.ts';
import { readinessMonthRowSchema, readinessStudySchema } from '../../api/contract/plan-readiness.ts';
import { optionRowSchema, renewablesAnswerSchema } from '../../api/contract/plan-renewables.ts';
import { comparisonAnswerSchema, offerRowSchema } from '../../api/contract/tariff-comparisons.ts';
import { problemSchema, spreadsheetType } from '../../api/contract/vocabulary.ts';
import {
  cusumAnswerSchema,
  cusumRowSchema,
  degreeDaysAnswerSchema,
  degreeDaysRowSchema,
  signatureAnswerSchema,
  signatureRowSchema,
} from '../../api/contract/weather.ts';
import { headingOf } from '../../api/spreadsheet.ts';
import type { AlertEvent } from '../../domain/alerts/life.ts';
import type { InboxSighting } from '../../domain/estate/inbox.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { seriesKey } from '../../domain/readings/reading.ts';
import { firstSeen, leak } from './alert-samples.ts';
import { batch } from './batch.ts';
import { testEstate } from './estate.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';
import { type Receiver, startReceiver } from '../servers/receiver.ts';
import { aDelivery } from '../store/a-delivery.ts';
import { conclude, raiseAll } from '../store/raise-alerts.ts';
import { bearer, noon, type Rig, routesOf, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/** Every route: described in OpenAPI, and answering what it promises. */

const range = 'from=2026-01-01&to=2026-02-01';
interface Door {
  readonly method?: 'POST' | 'DELETE';
  readonly path: string;
  readonly url: string;
  readonly payload?: unknown;
  readonly type?: string;
  readonly status?: number;
  readonly gives: z.ZodType;
  /** The rows of its CSV, where it has one. */
  readonly row?: z.ZodObject;
}
const newBatch = {
  id: 'wind-july',
  organisation: 'north',
  station: 'A station',
  technology: 'onshore_wind',
  output_month: '2025-07',
  mwh: 3,
  market: 'GB',
  acquired: 'unbundled',
  source: 'invoice 8',
};
const text = z.string().min(1);
const promises: readonly Door[] = [
  { path: '/healthz', url: '/healthz', gives: healthAnswerSchema },
  { path: '/readyz', url: '/readyz', gives: readinessAnswerSchema },
  { path: '/metrics', url: '/metrics', gives: text },
  { path: '/v1/organisations', url: '/v1/organisations', gives: organisationsAnswerSchema },
  { path: '/v1/sites', url: '/v1/sites?type=acute_hospital,gp_practice', gives: sitesAnswerSchema },
  { path: '/v1/sites/{site}', url: '/v1/sites/hospital', gives: siteAnswerSchema },
  {
    path: '/v1/sites/{site}/counted-meters',
    url: '/v1/sites/hospital/counted-meters?on=2026-01-02',
    gives: countedMetersAnswerSchema,
  },
  {
    path: '/v1/supply-points',
    url: '/v1/supply-points?site=hospital',
    gives: supplyPointsAnswerSchema,
    row: supplyPointRowSchema,
  },
  {
    path: '/v1/costs',
    url: `/v1/costs?split=component&${range}`,
    gives: costsAnswerSchema,
    row: costRowSchema,
  },
  {
    path: '/v1/budget',
    url: '/v1/budget?from=2025-04&months=3&site=hospital',
    gives: budgetAnswerSchema,
    row: budgetRowSchema,
  },
  { path: '/v1/tariffs', url: '/v1/tariffs?on=2026-01-15', gives: tariffsAnswerSchema, row: rateRowSchema },
  {
    path: '/v1/tender-pack',
    url: '/v1/tender-pack?site=hospital&before=2026-01',
    // Its spreadsheet begins with what must be known, and is tested in `tender-pack.test.ts`, as its half-hours are.
    gives: tenderPackAnswerSchema,
  },
  {
    path: '/v1/tender-pack/half-hours',
    url: '/v1/tender-pack/half-hours?supply_point=hospital-power&before=2026-01',
    gives: tenderHalfHoursAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/tariff-comparisons',
    url: '/v1/tariff-comparisons?table=offers',
    payload: { offers: ['north-fixed'], site: ['hospital'], from: '2026-04-01', to: '2027-04-01' },
    gives: comparisonAnswerSchema,
    row: offerRowSchema,
  },
  {
    method: 'POST',
    path: '/v1/readiness-studies',
    url: '/v1/readiness-studies?table=months',
    payload: { site: 'hospital', load_year_from: '2025-01-01' },
    gives: readinessStudySchema,
    row: readinessMonthRowSchema,
  },
  {
    method: 'POST',
    path: '/v1/renewable-options',
    url: '/v1/renewable-options?table=options',
    payload: { site: 'hospital', load_year_from: '2025-01-01', options: [{ kwp: 100 }] },
    gives: renewablesAnswerSchema,
    row: optionRowSchema,
  },
  {
    method: 'POST',
    path: '/v1/bill-checks',
    url: '/v1/bill-checks?table=claims',
    payload: {
      invoices: [
        {
          supplier: 'A supplier',
          number: '1',
          date: '2026-01-05',
          supply_point: 'hospital-power',
          from: '2026-01-02',
          to: '2026-01-02',
          lines: [{ name: 'Standing charge', amount_gbp: 90 }],
        },
      ],
    },
    gives: billCheckAnswerSchema,
    row: billClaimRowSchema,
  },
  { path: '/v1/supplies', url: '/v1/supplies?on=2026-01-02', gives: suppliesAnswerSchema },
  {
    path: '/v1/measures',
    url: '/v1/measures?sort=cost_per_tonne',
    gives: measuresAnswerSchema,
    row: measureRowSchema,
  },
  {
    path: '/v1/plan/savings',
    url: '/v1/plan/savings?site=hospital',
    gives: planSavingsAnswerSchema,
    row: planSavingRowSchema,
  },
  {
    path: '/v1/baseline-models',
    url: '/v1/baseline-models?meter=hospital-gas&from=2025-01-01&to=2026-01-01',
    gives: baselineModelsAnswerSchema,
    row: baselineModelRowSchema,
  },
  { path: '/v1/measures/{measure}', url: '/v1/measures/hospital-pump', gives: measureAnswerSchema },
  {
    method: 'POST',
    path: '/v1/measures',
    url: '/v1/measures',
    payload: {
      measure: {
        id: 'centre-windows',
        name: 'Windows',
        kind: 'glazing',
        site: 'centre',
        status: [{ from: '2026-01-10', is: 'proposed' }],
        source: 'a survey',
      },
      reason: 'the survey of January',
    },
    type: 'application/json',
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/measures/{measure}/status',
    url: '/v1/measures/hospital-roof/status',
    payload: { is: 'approved', reason: 'the board of January' },
    type: 'application/json',
    status: 202,
    gives: jobAnswerSchema,
  },
  { path: '/v1/certificates', url: '/v1/certificates?period=2025-26', gives: certificatesAnswerSchema },
  {
    method: 'POST',
    path: '/v1/certificates',
    url: '/v1/certificates',
    payload: { certificates: [newBatch], reason: 'bought' },
    type: 'application/json',
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/certificates/{certificate}/retire',
    url: '/v1/certificates/wind-may/retire',
    payload: { on: '2026-01-10', evidence: 'statement 5', reason: 'the year is over' },
    type: 'application/json',
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/certificates/{certificate}/withdraw',
    url: '/v1/certificates/wind-may/withdraw',
    payload: { as: 'sold', on: '2026-01-12', evidence: 'invoice 8', reason: 'sold on' },
    type: 'application/json',
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/certificates/{certificate}/allocate',
    url: '/v1/certificates/wind-may/allocate',
    payload: { meter: 'hospital-main', certificates_mwh: 2, reason: 'as agreed' },
    type: 'application/json',
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    path: '/v1/cover',
    url: '/v1/cover?period=2025-26&by=site',
    gives: coverAnswerSchema,
    row: coverRowSchema,
  },
  { path: '/v1/now', url: '/v1/now?site=hospital', gives: nowAnswerSchema, row: siteNowSchema },
  { path: '/v1/meters', url: '/v1/meters?utility=electricity,gas&role=main', gives: metersAnswerSchema },
  { path: '/v1/meters/{meter}', url: '/v1/meters/hospital-main', gives: meterAnswerSchema },
  {
    path: '/v1/readings',
    url: `/v1/readings?meter=hospital-main&${range}`,
    gives: readingsAnswerSchema,
    row: readingAnswerSchema,
  },
  {
    path: '/v1/consumption',
    url: `/v1/consumption?by=meter&${range}`,
    gives: consumptionAnswerSchema,
    row: consumptionRowSchema,
  },
  {
    path: '/v1/plan/standing',
    url: '/v1/plan/standing?site=hospital&table=steps',
    gives: planStandingAnswerSchema,
    row: stepRowSchema,
  },
  {
    path: '/v1/intensity/comparisons',
    url: `/v1/intensity/comparisons?${range}`,
    gives: comparisonsAnswerSchema,
    row: comparisonRowSchema,
  },
  { path: '/v1/intensity', url: `/v1/intensity?${range}`, gives: intensityAnswerSchema, row: intensityRowSchema },
  { path: '/v1/carbon', url: `/v1/carbon?${range}`, gives: carbonAnswerSchema, row: carbonRowSchema },
  { path: '/v1/matching', url: `/v1/matching?${range}`, gives: matchingAnswerSchema, row: matchingRowSchema },
  { path: '/v1/grid-carbon', url: `/v1/grid-carbon?${range}`, gives: gridCarbonAnswerSchema, row: gridCarbonRowSchema },
  {
    path: '/v1/observed',
    url: '/v1/observed?quantity=temperature',
    gives: observedListAnswerSchema,
    row: observedRowSchema,
  },
  {
    path: '/v1/observed/{series}/values',
    url: `/v1/observed/roof/values?bucket=day&${range}`,
    gives: observedValuesAnswerSchema,
    row: observedValueSchema,
  },
  {
    path: '/v1/weather/degree-days',
    url: `/v1/weather/degree-days?${range}`,
    gives: degreeDaysAnswerSchema,
    row: degreeDaysRowSchema,
  },
  {
    path: '/v1/weather/signature',
    url: `/v1/weather/signature?points=day&${range}`,
    gives: signatureAnswerSchema,
    row: signatureRowSchema,
  },
  {
    path: '/v1/weather/cusum',
    url: `/v1/weather/cusum?points=day&baseline_from=2026-01-01&baseline_to=2026-01-10&${range}`,
    gives: cusumAnswerSchema,
    row: cusumRowSchema,
  },
  {
    path: '/v1/carbon/change',
    url: `/v1/carbon/change?from=2025-11-01&to=2026-01-01`,
    gives: carbonChangeAnswerSchema,
    row: carbonChangeRowSchema,
  },
  {
    path: '/v1/data-quality',
    url: `/v1/data-quality?${range}`,
    gives: dataQualityAnswerSchema,
    row: dataQualityRowSchema,
  },
  {
    path: '/v1/data-quality/ledgers',
    url: `/v1/data-quality/ledgers?by=meter&${range}`,
    gives: ledgerAnswerSchema,
    row: ledgerRowSchema,
  },
  {
    path: '/v1/reconciliation',
    url: `/v1/reconciliation?site=hospital&by=day&${range}`,
    gives: reconciliationAnswerSchema,
    row: reconciliationRowSchema,
  },
  {
    path: '/v1/reports/quarterly',
    url: '/v1/reports/quarterly?quarter=2025-26-q4&organisation=north',
    gives: quarterlyAnswerSchema,
    row: quarterlyRowSchema,
  },
  {
    method: 'POST',
    path: '/v1/reports/quarterly/sent',
    url: '/v1/reports/quarterly/sent',
    payload: { organisation: 'north', quarter: '2026-q1', reading: 'electricity', answer: 'no', reason: 'as computed' },
    status: 201,
    gives: sentAnswerSchema,
  },
  { path: '/v1/reports/eric', url: '/v1/reports/eric?year=2025-26&type=acute_hospital', gives: ericAnswerSchema },
  {
    path: '/v1/reports/targets',
    url: '/v1/reports/targets?organisation=north',
    gives: targetsAnswerSchema,
    row: progressRowSchema,
  },
  { path: '/v1/plan', url: '/v1/plan?organisation=north&site=practice', gives: planPageAnswerSchema },
  {
    path: '/v1/plan/trajectory',
    url: '/v1/plan/trajectory?organisation=north',
    gives: trajectoryAnswerSchema,
    row: trajectoryRowSchema,
  },
  {
    method: 'POST',
    path: '/v1/reports/baselines',
    url: '/v1/reports/baselines',
    payload: {
      organisation: 'north',
      year: '2024-25',
      accept: [
        'partial missing',
        ...['centre-main', 'centre-gas', 'hospital-main', 'hospital-gas'].map((meter) => `meter-silent ${meter}`),
      ].map((doubt) => ({ doubt, by: 'Ada Byron', reason: 'two days of it are a test' })),
      reason: 'a test',
    },
    status: 202,
    gives: baselineAskedSchema,
  },
  { path: '/v1/inbox', url: '/v1/inbox?limit=1&state=open', gives: inboxAnswerSchema },
  { path: '/v1/inbox/{entry}', url: '/v1/inbox/1', gives: inboxEntryAnswerSchema },
  {
    method: 'POST',
    path: '/v1/inbox/{entry}/accept',
    url: '/v1/inbox/1/accept',
    payload: { site: 'hospital', id: 'boiler-house-w', name: 'Water to the boiler house', meter: { unit: 'l' } },
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/inbox/{entry}/ignore',
    url: '/v1/inbox/2/ignore',
    payload: { reason: 'the neighbour' },
    gives: ignoredAnswerSchema,
  },
  { path: '/v1/alerts', url: '/v1/alerts?state=open,closed', gives: alertsAnswerSchema, row: alertSchema },
  {
    path: '/v1/alerts/savings',
    url: '/v1/alerts/savings?site=hospital',
    gives: savingsAnswerSchema,
    row: savingSchema,
  },
  {
    path: '/v1/alert-rules',
    url: '/v1/alert-rules?site=hospital',
    gives: alertRulesAnswerSchema,
    row: alertRuleRowSchema,
  },
  {
    path: '/v1/watched-meters',
    url: '/v1/watched-meters?site=hospital',
    gives: watchedMetersAnswerSchema,
    row: watchedMeterRowSchema,
  },
  { path: '/v1/deliveries', url: '/v1/deliveries?state=sent', gives: deliveriesAnswerSchema, row: deliverySchema },
  { path: '/v1/channels', url: '/v1/channels', gives: channelsAnswerSchema },
  {
    method: 'POST',
    path: '/v1/channels/{channel}/test',
    url: '/v1/channels/hook/test',
    payload: {},
    gives: channelTestAnswerSchema,
  },
  { path: '/v1/alarm-load', url: `/v1/alarm-load?${range}`, gives: alarmLoadAnswerSchema, row: loadDaySchema },
  { path: '/v1/alerts/{alert}', url: '/v1/alerts/a-1', gives: alertAnswerSchema },
  { path: '/v1/alerts/{alert}/chart.svg', url: '/v1/alerts/a-1/chart.svg', gives: text },
  {
    method: 'POST',
    path: '/v1/alerts/{alert}/acts',
    url: '/v1/alerts/a-1/acts',
    payload: { act: 'comment', says: 'seen' },
    gives: alertAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/alert-trials',
    url: '/v1/alert-trials',
    payload: { rules: [{ kind: 'step' }], from: '2026-01-01', to: '2026-01-02', sites: ['practice'] },
    status: 202,
    gives: alertTrialAskedSchema,
  },
  { path: '/v1/alert-trials/{trial}', url: '/v1/alert-trials/t-1', gives: alertTrialAnswerSchema },
  {
    path: '/v1/data-issues',
    url: '/v1/data-issues?site=hospital&kind=stuck,silent&state=opened,ongoing,closed',
    gives: issuesAnswerSchema,
    row: issueSchema,
  },
  {
    method: 'POST',
    path: '/v1/data-issues/{issue}/ignore',
    url: '/v1/data-issues/1/ignore',
    payload: { reason: 'the ward is closed' },
    gives: issueAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/data-issues/{issue}/reopen',
    url: '/v1/data-issues/1/reopen',
    payload: { reason: 'the ward is open again' },
    gives: issueAnswerSchema,
  },
  {
    path: '/v1/meters/{meter}/diagnosis',
    url: '/v1/meters/hospital-main/diagnosis?from=2026-01-01&to=2026-02-01',
    gives: diagnosisAnswerSchema,
  },
  {
    path: '/v1/explain/half-hour',
    url: '/v1/explain/half-hour?meter=hospital-main&at=2026-01-15T11:45:00Z',
    gives: halfHourExplanationSchema,
  },
  {
    path: '/v1/explain/day',
    url: '/v1/explain/day?meter=hospital-main&date=2026-01-15',
    gives: dayExplanationSchema,
  },
  {
    path: '/v1/explain/figure',
    url: `/v1/explain/figure?figure=carbon&organisation=north&${range}`,
    gives: figureExplanationSchema,
  },
  {
    method: 'POST',
    path: '/v1/sign-offs',
    url: '/v1/sign-offs',
    payload: { figure: 'energy', site: 'practice', from: '2026-01-02', to: '2026-01-10', reason: 'the January return' },
    status: 201,
    gives: signOffMadeSchema,
  },
  { path: '/v1/sign-offs', url: '/v1/sign-offs?limit=1', gives: signOffsAnswerSchema },
  { path: '/v1/purges/readings', url: '/v1/purges/readings?before=2019-04-01', gives: purgeAnswerSchema },
  {
    method: 'POST',
    path: '/v1/purges/readings',
    url: '/v1/purges/readings',
    payload: { before: '2019-04-01', reason: 'seven years are over' },
    status: 202,
    gives: jobAnswerSchema,
  },
  { path: '/v1/sign-offs/{sign_off}', url: '/v1/sign-offs/1', gives: signOffAnswerSchema },
  {
    path: '/v1/sign-offs/{sign_off}/difference',
    url: '/v1/sign-offs/1/difference',
    gives: differenceAnswerSchema,
  },
  { path: '/v1/meters/{meter}/rulings', url: '/v1/meters/hospital-main/rulings', gives: rulingsAnswerSchema },
  {
    method: 'POST',
    path: '/v1/meters/{meter}/rulings',
    url: '/v1/meters/hospital-main/rulings',
    payload: { kind: 'void', from: '2026-01-01', to: '2026-01-02', reason: 'a test of the input' },
    status: 201,
    gives: rulingAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/meters/{meter}/rulings/{ruling}/undo',
    url: '/v1/meters/hospital-main/rulings/:ruling/undo',
    payload: { reason: 'it was another meter' },
    status: 201,
    gives: rulingAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/meters/{meter}/exchanges',
    url: '/v1/meters/hospital-main/exchanges',
    payload: { at: '2026-01-10T10:00:00Z', closing: 120, opening: 0, reason: 'certification ran out' },
    status: 202,
    gives: jobAnswerSchema,
  },
  { path: '/v1/quarantine', url: '/v1/quarantine?limit=1', gives: quarantineAnswerSchema },
  { path: '/v1/quarantine/{message}', url: '/v1/quarantine/1', gives: quarantinedAnswerSchema },
  {
    method: 'POST',
    path: '/v1/quarantine/replay',
    url: '/v1/quarantine/replay',
    payload: { reason: 'the topic is in the register now', topic: 'a/#', from: '2026-01-01' },
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/meters/{meter}/reads',
    url: '/v1/meters/hospital-main/reads',
    payload: { value: 125, reason: 'monthly round' },
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/meters/{meter}/invoices',
    url: '/v1/meters/hospital-main/invoices',
    payload: { from: '2025-12-01', to: '2025-12-31', amount: 1200, reason: 'invoice 4711' },
    status: 202,
    gives: jobAnswerSchema,
  },
  {
    path: '/v1/meters/{meter}/sources',
    url: `/v1/meters/hospital-main/sources?${range}`,
    gives: sourcesAnswerSchema,
  },
  {
    method: 'POST',
    path: '/v1/imports',
    url: '/v1/imports?file=a.csv',
    payload: 'meter,start_utc,value,unit,quality\n',
    type: 'text/csv',
    status: 202,
    gives: jobAnswerSchema,
  },
  { path: '/v1/jobs', url: '/v1/jobs?limit=1', gives: jobsAnswerSchema },
  { path: '/v1/jobs/{job}', url: '/v1/jobs/1', gives: jobAnswerSchema },
  { path: '/v1/acts', url: '/v1/acts?meter=hospital-main&kind=record-exchange,replay', gives: actsAnswerSchema },
  { path: '/v1/keys', url: '/v1/keys', gives: keysAnswerSchema },
  {
    method: 'POST',
    path: '/v1/keys',
    url: '/v1/keys',
    payload: { name: 'x', role: 'operate' },
    status: 201,
    gives: keyMadeAnswerSchema,
  },
  { method: 'DELETE', path: '/v1/keys/{key}', url: '/v1/keys/:made', gives: keyAnswerSchema },
  {
    method: 'POST',
    path: '/v1/sessions',
    url: '/v1/sessions',
    payload: () => ({ key: admin }),
    status: 201,
    gives: callerAnswerSchema,
  },
  { method: 'DELETE', path: '/v1/sessions', url: '/v1/sessions', gives: signedOutSchema },
  { path: '/v1/caller', url: '/v1/caller', gives: callerAnswerSchema },
];

const reading: Reading = {
  meter: 'hospital-main',
  quantity: 'energy',
  kind: 'register',
  at: noon - 600,
  value: 123.5,
  period: 0,
  received: noon - 598,
};

const inboxSightings = [
  {
    topic: 'boiler-house/water',
    first: noon - 600,
    last: noon,
    messages: 3,
    payload: Buffer.from('11'),
    proposals: [
      {
        decoder: 'number',
        utility: 'water',
        unit: 'm3',
        kind: 'register',
        value: 11,
        guessed: ['role', 'utility', 'unit', 'kind'],
      },
    ],
  },
  { topic: 'a/b', first: noon, last: noon, messages: 1, payload: Uint8Array.of(0xff), proposals: [] },
] as const satisfies readonly InboxSighting[];

let rig: Rig;
let admin: string;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  rig = await startRig({ channels: new Map([['hook', { kind: 'webhook', url: receiver.url }]]) });
  admin = rig.key({ role: 'admin' });
  await writeSample(rig, testEstate(), { from: '2025-12-30', to: '2026-01-16', until: noon });
  await writeSample(rig, testEstate(), { from: '2025-03-30', to: '2025-04-01' });
  await rig.store.write([
    reading,
    { ...reading, at: noon - 300, value: 124 },
    { ...reading, kind: 'instant', quantity: 'power' },
    // One temperature is enough for a study of heat pumps.
    { ...reading, meter: 'roof', kind: 'instant', quantity: 'temperature', at: noon - 1_296_000, value: 4 },
  ]);
  rig.state.noteInbox(inboxSightings);
  raiseAlerts(rig.state);
  tellSomebody(rig.state);
  rig.state.addJob('rederive', { meters: ['hospital-main'] });
  const stood = { from: noon - 7200, to: noon - 3600, says: 'stood still' };
  const stuck = { meter: 'hospital-main', kind: 'stuck', by: 'derivation', window: stood, found: [stood] } as const;
  rig.state.reportIssues([stuck]);
  const quarantined = {
    received: noon,
    qos: 1,
    retained: false,
    meter: 'unregistered',
    refusedReadings: 0,
    code: 'message.unparsable' as const,
    detail: 'not JSON',
  };
  rig.state.commit(
    batch({
      tallies: [
        { day: '2026-01-15', meter: 'hospital-main', decoded: 2, stored: 2, repeated: 1 },
        { day: '2026-01-15', meter: 'unregistered', quarantined: 2 },
      ],
      quarantined: [
        { ...quarantined, topic: 'a/b', payload: Buffer.from('{"é') },
        { ...quarantined, topic: 'a/c', payload: Uint8Array.of(0xff, 0xfe, 0) },
      ],
      highWater: [{ series: seriesKey(reading), at: noon - 300, value: 124, received: noon - 298 }],
    }),
  );
});
afterAll(async () => {
  await rig.close();
  await receiver.close();
});

/** Something that was told. */
function tellSomebody(state: Rig['state']): void {
  state.planDeliveries(undefined, ({ add }) => {
    add(aDelivery(noon));
  });
}

/** One that is open, and one that was mended and saves. */
function raiseAlerts(state: Rig['state']): void {
  const saving = { from: noon - 86_400, until: noon + 86_400, rate: 0.5, perWeek: 84, gbpPerWeek: 280 };
  const booked = { ...saving, claim: 'alert:a-2', kgco2ePerWeek: null };
  const verified: AlertEvent = { event: 'verified', at: noon, saving: booked, why: 'gone on 7 days' };
  raiseAll(state, firstSeen, [leak, leak]);
  conclude(state, 'a-2', verified);
}

const keyMade = (): string => /mh_([0-9a-f]{12})/.exec(rig.key({ name: 'to revoke' }))?.[1] ?? '';
/** A ruling that can be taken back. */
function rulingMade(): string {
  const detail = { from: noon - 3600, to: noon };
  const act = {
    at: noon,
    who: 'Ada',
    kind: 'void-readings',
    meter: 'hospital-main',
    reason: 'a test',
    detail,
  } as const;
  return String(rig.state.recordAct(act));
}
/** A payload that needs a key of the rig is made when it is asked for. */
function payloadOf({ payload }: Door): object {
  return (typeof payload === 'function' ? payload() : payload) as object;
}
async function ask(promise: Door, more: { query?: string; headers?: Record<string, string> } = {}) {
  return await rig.app.inject({
    method: promise.method ?? 'GET',
    url: promise.url.replace(':made', keyMade()).replace(':ruling', rulingMade) + (more.query ?? ''),
    headers: { ...bearer(admin), ...(promise.type && { 'content-type': promise.type }), ...more.headers },
    ...(promise.payload === undefined ? {} : { payload: payloadOf(promise) }),
  });
}

describe('the OpenAPI document', () => {
  test('has the routes that are promised here, and the live stream', () => {
    const promised = promises.map(({ method = 'GET', path }) => `${method} ${path}`);
    expect(promised.length).toBeGreaterThan(25);
    const described = routesOf(rig.app).map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual([...promised, 'GET /v1/live'].sort());
  });

  test('is served, and says how to log in', async () => {
    const answer = await rig.app.inject('/openapi.json');
    expect(answer.statusCode).toBe(200);
    const document = answer.json<Record<string, unknown>>();
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Meterhouse' }, security: [{ key: [] }] });
    expect(answer.body).not.toContain('__SCHEMA');
  });

  const operationSchema = z.object({
    summary: z.string().min(10),
    tags: z.array(z.string()).min(1),
    parameters: z.array(z.object({ name: z.string(), schema: z.record(z.string(), z.unknown()) })).default([]),
    requestBody: z.object({ content: z.record(z.string(), z.unknown()) }).optional(),
    responses: z.record(z.string(), z.object({ description: z.string() }).loose()),
  });
  test.each(promises.map(({ method = 'GET', path, ...rest }) => ({ ...rest, method, path })))(
    '$method $path is described',
    ({ method, path, status = 200 }) => {
      const route = routesOf(rig.app).find((one) => one.method === method && one.path === path);
      const operation = operationSchema.parse(route?.operation);
      expect(operation.responses).toHaveProperty(String(status));
      const open = path === '/healthz' || path === '/readyz';
      expect(['4XX', '5XX'].every((code) => code in operation.responses)).toBe(!open);
      expect(operation.parameters.every(({ schema }) => Object.keys(schema).length > 0)).toBe(true);
      const inPath = path.match(/\{\w+\}/g)?.length ?? 0;
      expect(operation.parameters.filter(({ name }) => path.includes(`{${name}}`))).toHaveLength(inPath);
      expect(operation.requestBody !== undefined).toBe(method === 'POST');
    },
  );

  test('is shown at /docs with nothing loaded from elsewhere', async () => {
    const page = await rig.app.inject('/docs/');
    expect(page.statusCode).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    const script = await rig.app.inject('/docs/static/swagger-initializer.js');
    expect(script.statusCode).toBe(200);
    expect(script.body.replaceAll(/^\s*\/\/.*$/gm, '')).not.toMatch(/https?:\/\//);
  });
});

describe('answers', () => {
  test.each(promises.map(({ method = 'GET', path, ...rest }) => ({ ...rest, method, path })))(
    '$method $path gives what it promises',
    async ({ gives, status = 200, ...promise }) => {
      const answer = await ask({ ...promise, gives } as Door);
      expect(answer.statusCode).toBe(status);
      const parsed = gives.safeParse(gives === text ? answer.body : answer.json());
      expect(parsed.error?.issues ?? []).toEqual([]);
      expect(answer.headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    },
  );

  const tables = promises.filter(({ row }) => row !== undefined);
  test('forty routes give CSV too', () => {
    expect(tables.map(({ path }) => path)).toHaveLength(40);
  });

  test.each(tables)('$path gives the same rows as CSV', async (promise) => {
    const json = await ask(promise);
    const keys = Object.keys(promise.row?.shape ?? {});
    const lists = Object.values(json.json<Record<string, Record<string, unknown>[]>>()).filter(Array.isArray);
    const list =
      lists.find(
        ([first]) =>
          Object.keys(first ?? {})
            .sort()
            .join() === keys.toSorted().join(),
      ) ?? [];
    expect(list.length).toBeGreaterThan(0);
    const asked = await ask(promise, { query: '&format=csv' });
    const accepted = await ask(promise, { headers: { accept: 'text/csv' } });
    expect(accepted.body).toBe(asked.body);
    expect(asked.headers['content-type']).toMatch(/^text\/csv/);
    const [header, ...lines] = parseCsv(asked.body);
    expect(header).toEqual(Object.keys(promise.row?.shape ?? {}));
    expect(lines).toHaveLength(list.length);
    const plain = (value: unknown): string =>
      value === null ? '' : Array.isArray(value) ? value.join(' ') : JSON.stringify(value).replaceAll(/^"|"$/g, '');
    // A text that a spreadsheet would run is marked; a number below nought is a number.
    const told = (value: unknown): string =>
      typeof value === 'number' ? plain(value) : plain(value).replace(/^[=+\-@]/, "'$&");
    expect(lines).toEqual(list.map((row) => (header ?? []).map((key) => told(row[key]))));
  });

  test.each(tables)('$path gives the same rows as a spreadsheet, with its sources', async (promise) => {
    const csv = parseCsv((await ask(promise, { query: '&format=csv' })).body);
    const asked = await ask(promise, { query: '&format=xlsx' });
    expect(asked.headers['content-type']).toBe(spreadsheetType);
    expect(asked.headers['content-disposition']).toMatch(/^attachment; filename="[a-z0-9-]+\.xlsx"$/);
    const [first, ...others] = readSpreadsheet(asked.rawPayload);
    expect(first?.rows).toHaveLength(csv.length);
    expect(first?.rows[0]?.map(({ value }) => value)).toEqual(csv[0]?.map(headingOf));
    // Numbers are numbers, and what is not known is no cell.
    const numbers = (first?.rows ?? [])
      .slice(1)
      .map((row, i) => Array.from(row, (cell, j) => [cell?.type, csv[i + 1]?.[j]] as const))
      .flat()
      .filter(([type]) => type === 'number');
    expect(numbers.every(([, text]) => text !== '' && Number.isFinite(Number(text)))).toBe(true);
    expect(others.map(({ name }) => name)).toContain('Sources');
  });

  test('a field that a spreadsheet would run is told as text', async () => {
    const answer = await ask({ path: '', url: `/v1/intensity?by=organisation&${range}&format=csv`, gives: text });
    expect(answer.body).toContain(`,"'=South, ""Trust""",`);
  });

  test('quarantined payloads are shown as far as they are text', async () => {
    const page = async (url: string) =>
      quarantineAnswerSchema.parse((await ask({ path: '', url, gives: text })).json());
    const first = await page('/v1/quarantine?limit=1');
    expect(first.messages).toMatchObject([{ topic: 'a/b', payload_text: '{"é', code: 'message.unparsable' }]);
    const second = await page(`/v1/quarantine?limit=1&cursor=${first.next_cursor}`);
    expect(second).toMatchObject({
      messages: [{ topic: 'a/c', payload_text: null, payload_bytes: 3 }],
      next_cursor: null,
    });
    expect((await page('/v1/quarantine?code=message.empty')).messages).toEqual([]);
    const topics = async (filter: string) =>
      (await page(`/v1/quarantine?${filter}`)).messages.map(({ topic }) => topic);
    expect(await topics('topic=a/%2B')).toEqual(['a/b', 'a/c']);
    expect(await topics('topic=a/c&meter=unregistered&from=2026-01-15&to=2026-01-16')).toEqual(['a/c']);
    expect(await topics('to=2026-01-15')).toEqual([]);
    expect(await topics('replayed=true')).toEqual([]);
    const whole = async (id: number) =>
      quarantinedAnswerSchema.parse((await ask({ path: '', url: `/v1/quarantine/${id}`, gives: text })).json()).message;
    expect(await whole(1)).toMatchObject({ payload_text: '{"é', payload_hex: null });
    expect(await whole(2)).toMatchObject({ payload_text: null, payload_hex: 'fffe00' });
    expect(await ask({ path: '', url: '/v1/quarantine/3', gives: text })).toMatchObject({ statusCode: 404 });
  });

  test('a replay is a job, and an act with who, why and what', async () => {
    const post = (payload: object) =>
      ask({ path: '', method: 'POST', url: '/v1/quarantine/replay', payload, gives: text });
    const { job } = jobAnswerSchema.parse((await post({ reason: 'mended', messages: [2, 1] })).json());
    expect(rig.state.job(job.id)).toMatchObject({ kind: 'replay', request: { ids: [2, 1], clockWasBehind: false } });
    expect(rig.state.acts({ limit: 100 }).at(-1)).toMatchObject({
      at: noon,
      kind: 'replay',
      reason: 'mended',
      detail: { job: job.id, ids: [2, 1], clock_was_behind: false },
    });
    const all = jobAnswerSchema.parse((await post({ reason: 'x', all: true, clock_was_behind: true })).json());
    expect(rig.state.job(all.job.id)?.request).toEqual({ filter: {}, clockWasBehind: true });
    const wrong = [
      { all: true },
      { reason: ' ', all: true },
      { reason: 'x' },
      { reason: 'x', all: true, messages: [1] },
      { reason: 'x', messages: [1], topic: 'a/b' },
      { reason: 'x', messages: [0] },
      { reason: 'x', code: 'message.unparseable' },
    ];
    for (const payload of wrong) {
      const answer = await post(payload);
      expect([payload, answer.statusCode]).toEqual([payload, 400]);
      expect(problemSchema.parse(answer.json()).problems).toMatchObject([{ code: 'request.invalid' }]);
    }
    expect((await post(wrong.at(-1) ?? {})).body).toContain('perhaps message.unparsable');
  });

  test('jobs and acts of others are not those of a key that is limited to a site', async () => {
    const of = async (key: string, url: string) =>
      (await rig.app.inject({ url, headers: bearer(key) })).json<unknown>();
    const limited = rig.key({ role: 'operate', sites: ['hospital'] });
    const mine = rig.state.addJob('rederive', {}, /mh_([0-9a-f]{12})/.exec(limited)?.[1] ?? '');
    const act = { at: noon, who: 'Ada', kind: 'replay', reason: 'mapping mended', detail: { rows: 2 } } as const;
    const ids = ['hospital-main', 'centre-gas', undefined].map((meter) => rig.state.recordAct({ ...act, meter }));
    const seen = jobsAnswerSchema.parse(await of(admin, '/v1/jobs')).jobs.map(({ id }) => id);
    expect([seen[0], seen.at(-1)]).toEqual([mine, 1]);
    expect(jobsAnswerSchema.parse(await of(limited, '/v1/jobs')).jobs.map(({ id }) => id)).toEqual([mine]);
    expect(await of(limited, '/v1/jobs/1')).toMatchObject({ code: 'request.unknown-id' });
    expect(
      actsAnswerSchema
        .parse(await of(admin, '/v1/acts?kind=replay'))
        .acts.map(({ id }) => id)
        .slice(-3),
    ).toEqual(ids);
    expect(actsAnswerSchema.parse(await of(limited, '/v1/acts?kind=replay')).acts).toMatchObject([
      { who: 'Ada', meter: 'hospital-main', reason: 'mapping mended', detail: { rows: 2 } },
    ]);
    expect(await of(limited, '/v1/acts?meter=centre-gas')).toMatchObject({ code: 'request.unknown-id' });
  });

  test('ledgers are those of the meters that the key may see', async () => {
    const of = async (key: string) =>
      ledgerAnswerSchema.parse(
        (await rig.app.inject({ url: `/v1/data-quality/ledgers?${range}`, headers: bearer(key) })).json(),
      ).ledgers;
    expect(await of(admin)).toMatchObject([{ day: '2026-01-15', messages_received: 4, messages_quarantined: 2 }]);
    expect(await of(rig.key({ sites: ['hospital'] }))).toMatchObject([{ messages_received: 2, readings_decoded: 3 }]);
    expect(await of(rig.key({ sites: ['centre'] }))).toEqual([]);
  });

  test('readings come in pages that together are all, each once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const url = `/v1/readings?meter=hospital-main&${range}&limit=1${next}`;
      const page = readingsAnswerSchema.parse((await ask({ path: '', url, gives: text })).json());
      expect(page.readings).toHaveLength(1);
      seen.push(
        ...page.readings.map(({ quantity, kind, at, value, unit }) => `${quantity} ${kind} ${at} ${value} ${unit}`),
      );
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([
      'energy register 2026-01-15T11:50:00Z 123.5 kWh',
      'energy register 2026-01-15T11:55:00Z 124 kWh',
      'power instant 2026-01-15T11:50:00Z 123.5 kW',
    ]);
  });

  test('meters say when they were last heard', async () => {
    const meter = meterAnswerSchema.parse(
      (await ask({ path: '', url: '/v1/meters/hospital-main', gives: text })).json(),
    );
    expect(meter).toMatchObject({ last_heard: '2026-01-15T11:55:00Z', newest: [{ value: 124, unit: 'kWh' }] });
    const quality = dataQualityAnswerSchema.parse(
      (await ask({ path: '', url: `/v1/data-quality?meter=hospital-main,centre-gas&${range}`, gives: text })).json(),
    );
    expect(quality.meters).toMatchObject([
      { meter: 'centre-gas', last_heard: null, overdue: true, quality_tag: 'OC' },
      { meter: 'hospital-main', silent_s: 300, overdue: false, missing_half_hours: 0 },
    ]);
  });

  test('pages of sites and meters go on where the one before ended', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const url: string = `/v1/meters?limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = metersAnswerSchema.parse((await ask({ path: '', url, gives: text })).json());
      ids.push(...page.meters.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(ids).toEqual([...testEstate().meters.keys()].sort());
  });
});

test('a problem is of its own schema, too', async () => {
  const answer = await ask({ path: '', url: '/v1/nowhere', gives: problemSchema });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(problemSchema.parse(answer.json()).code).toBe('request.unknown-path');
});

/** RFC 4180, read by a reader of our own. */
function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  for (const line of csv.split('\r\n').slice(0, -1)) {
    rows.push(
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
  }
  return rows;
}
