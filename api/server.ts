import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { limits } from '../domain/limits.ts';
import { callerOf, checkAccess, checkReach } from './auth.ts';
import { addConsole } from './console-pages.ts';
import { addDocumentation } from './documentation.ts';
import { followHeard, type HeardBook } from './heard.ts';
import { addLiveRoute } from './live.ts';
import { addMetrics } from './metrics.ts';
import type { Api, ApiParts } from './parts.ts';
import { answerError, sendProblems } from './problem-answers.ts';
import { checkRequest } from './request-check.ts';
import { addActRoutes } from './routes/acts.ts';
import { addAlertRuleRoutes } from './routes/alert-rules.ts';
import { addAlertTrialRoutes } from './routes/alert-trials.ts';
import { addAlarmLoadRoute } from './routes/alarm-load.ts';
import { addAlertRoutes } from './routes/alerts.ts';
import { addDeliveryRoutes } from './routes/deliveries.ts';
import { addBudgetRoute } from './routes/budget.ts';
import { addBillCheckRoute } from './routes/bill-checks.ts';
import { addCarbonRoutes } from './routes/carbon.ts';
import { addCarbonChangeRoutes } from './routes/carbon-change.ts';
import { addCertificateRoutes } from './routes/certificates.ts';
import { addCostRoute } from './routes/costs.ts';
import { addCoverRoutes } from './routes/cover.ts';
import { addComparisonRoutes } from './routes/comparisons.ts';
import { addConsumptionRoutes } from './routes/consumption.ts';
import { addCountedMeterRoutes } from './routes/counted-meters.ts';
import { addCusumRoute } from './routes/cusum.ts';
import { addDataIssueRoutes } from './routes/data-issues.ts';
import { addDataQualityRoutes } from './routes/data-quality.ts';
import { addEntryRoutes } from './routes/entries.ts';
import { addDiagnosisRoute } from './routes/diagnosis.ts';
import { addExplainRoutes } from './routes/explain.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addImportRoutes } from './routes/imports.ts';
import { addInboxRoutes } from './routes/inbox.ts';
import { addIntensityRoutes } from './routes/intensity.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addGridCarbonRoute, addMatchingRoute } from './routes/matching.ts';
import { addMeterRoutes } from './routes/meters.ts';
import { addNowRoute } from './routes/now.ts';
import { addObservedRoutes } from './routes/observed.ts';
import { addOrganisationRoutes } from './routes/organisations.ts';
import { addMeasureRoutes } from './routes/plan-measures.ts';
import { addPlanPageRoute } from './routes/plan-page.ts';
import { addPlanStandingRoute } from './routes/plan-standing.ts';
import { addPlanSavingsRoute } from './routes/plan-savings.ts';
import { addBaselineModelsRoute } from './routes/baseline-models.ts';
import { addPurgeRoutes } from './routes/purges.ts';
import { addQuarantineRoutes } from './routes/quarantine.ts';
import { addReadingRoutes } from './routes/readings.ts';
import { addReconciliationRoutes } from './routes/reconciliation.ts';
import { addEricRoutes } from './routes/report-eric.ts';
import { addBaselineRoutes } from './routes/baselines.ts';
import { addTrajectoryRoute } from './routes/plan-trajectory.ts';
import { addQuarterlyRoutes } from './routes/report-quarterly.ts';
import { addTargetRoutes } from './routes/report-targets.ts';
import { addRulingRoutes } from './routes/rulings.ts';
import { addSessionRoutes } from './routes/sessions.ts';
import { addSignatureRoutes } from './routes/signatures.ts';
import { addSignOffRoutes } from './routes/sign-offs.ts';
import { addSiteRoutes } from './routes/sites.ts';
import { addSourceRoutes } from './routes/sources.ts';
import { addSupplyPointRoute } from './routes/supply-points.ts';
import { addTariffRoute } from './routes/tariffs.ts';
import { addReadinessRoute } from './routes/plan-readiness.ts';
import { addRenewableOptionsRoute } from './routes/plan-renewables.ts';
import { addTenderPackRoutes } from './routes/tender-pack.ts';
import { addTariffComparisonRoute } from './routes/tariff-comparisons.ts';
import { addWeatherRoutes } from './routes/weather.ts';
import { checkSameOrigin } from './sessions.ts';

/**
 * Builds the API from its parts; nothing listens until `listen` of what comes back. Throws a ProblemError
 * `config.open-without-keys` when authentication is off where other machines could reach it.
 */
export async function buildServer(parts: ApiParts): Promise<Api> {
  checkAccess(parts.access);
  const app = newServer(parts);
  await app.register(rateLimit, { global: false });
  guardRequests(app, parts);
  await addPages(app, parts);
  const heard = followHeard(parts.state);
  addHealthRoutes(app, parts);
  addEstateRoutes(app, parts, heard);
  addConsumptionRoutes(app, parts);
  addIntensityRoutes(app, parts);
  addComparisonRoutes(app, parts);
  addCarbonRoutes(app, parts);
  addWeatherRoutes(app, parts);
  addSignatureRoutes(app, parts);
  addCusumRoute(app, parts);
  addMatchingRoute(app, parts);
  addGridCarbonRoute(app, parts);
  addObservedRoutes(app, parts);
  addCarbonChangeRoutes(app, parts);
  addCertificateRoutes(app, parts);
  addCoverRoutes(app, parts);
  addSupplyPointRoute(app, parts);
  addCostRoute(app, parts);
  addBudgetRoute(app, parts);
  addBillCheckRoute(app, parts);
  addTariffRoute(app, parts);
  addTenderPackRoutes(app, parts);
  addTariffComparisonRoute(app, parts);
  addReadinessRoute(app, parts);
  addPlanStandingRoute(app, parts);
  addRenewableOptionsRoute(app, parts);
  addCountedMeterRoutes(app, parts);
  addDataQualityRoutes(app, parts, heard);
  addReconciliationRoutes(app, parts);
  addInboxRoutes(app, parts);
  addDataIssueRoutes(app, parts);
  addDiagnosisRoute(app, parts);
  addAlertRoutes(app, parts);
  addDeliveryRoutes(app, parts);
  addAlarmLoadRoute(app, parts);
  addAlertRuleRoutes(app, parts);
  addAlertTrialRoutes(app, parts);
  addExplainRoutes(app, parts);
  addRulingRoutes(app, parts);
  addSignOffRoutes(app, parts);
  addQuarantineRoutes(app, parts);
  await addImportRoutes(app, parts);
  addEntryRoutes(app, parts);
  addSourceRoutes(app, parts);
  addPurgeRoutes(app, parts);
  addJobRoutes(app, parts);
  addActRoutes(app, parts);
  addQuarterlyRoutes(app, parts);
  addEricRoutes(app, parts);
  addTargetRoutes(app, parts);
  addTrajectoryRoute(app, parts);
  addPlanPageRoute(app, parts);
  addBaselineRoutes(app, parts);
  addMeasureRoutes(app, parts);
  addPlanSavingsRoute(app, parts);
  addBaselineModelsRoute(app, parts);
  const listening = addLiveRoute(app, parts);
  addMetrics(app, parts, heard, listening);
  addAccessRoutes(app, parts);
  return app;
}

/** What there is, and what it says now. */
function addEstateRoutes(app: Api, parts: ApiParts, heard: HeardBook): void {
  addOrganisationRoutes(app, parts);
  addSiteRoutes(app, parts);
  addMeterRoutes(app, parts, heard);
  addNowRoute(app, parts);
  addReadingRoutes(app, parts);
}

function newServer(parts: ApiParts): Api {
  const loggerInstance: FastifyBaseLogger = parts.log;
  const app = Fastify({
    loggerInstance,
    // A request is logged once, by route and without its query or headers: see `guardRequests`.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => Buffer.from(parts.randomBytes(6)).toString('hex'),
    bodyLimit: limits.requestBodyBytes,
    // The longest that any request may take to come: a file that is uploaded. Its headers come sooner.
    requestTimeout: limits.uploadTimeoutMs,
    http: { headersTimeout: limits.requestTimeoutMs },
    handlerTimeout: limits.requestTimeoutMs,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  // Only JSON is read: a form or plain text would let a page of another site post here unasked.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(answerError);
  // Requests are checked whole by `checkRequest`, answers by the type checker and, each of them, by the contract test:
  // parsing every row of an answer again would cost more than reading it from the store.
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  return app;
}

/** What happens to every request before its route: who asks, how often, whether they may, whether it is well formed. */
function guardRequests(app: Api, parts: ApiParts): void {
  const admit = app.createRateLimit({
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    // By key; without keys everybody is the same caller, so by address.
    keyGenerator: ({ caller, ip }) => (caller === undefined || parts.access.auth === 'off' ? ip : caller.id),
  });
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(safeHeaders);
    request.caller = callerOf(request, parts.access, parts.state, parts.clock());
    checkSameOrigin(request);
    const { role } = request.routeOptions.config;
    if (request.is404 || role !== 'open') {
      const admitted = await admit(request);
      if (!admitted.isAllowed && admitted.isExceeded) {
        void reply.header('retry-after', admitted.ttlInSeconds);
        const expected = `at most ${limits.requestsPerMinute} a minute`;
        return sendProblems([{ code: 'request.too-many', where: 'this caller', expected }], request, reply);
      }
    }
    if (!request.is404) checkReach(request);
    return undefined;
  });
  app.addHook('preValidation', async (request) => {
    if (!request.is404) checkRequest(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, caller } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const took = { ms: Math.round(reply.elapsedTime), status: reply.statusCode };
    request.log.debug({ method, route, caller: caller?.id, ...took }, 'answered');
  });
}

/** Keys, and browsers that signed in with one. */
function addAccessRoutes(app: Api, parts: ApiParts): void {
  addKeyRoutes(app, parts);
  addSessionRoutes(app, parts);
}

/** What is for people, and what is said of an address that nobody knows. */
async function addPages(app: Api, parts: ApiParts): Promise<void> {
  await addDocumentation(app, parts.version);
  const page = addConsole(app, parts.console);
  app.setNotFoundHandler((request, reply) => {
    const where = `${request.method} ${request.url.split('?', 1)[0]?.slice(0, 200)}`;
    return page(request, reply) ?? sendProblems([{ code: 'request.unknown-path', where }], request, reply);
  });
}

/** Answers are data: nothing in them is a page, is kept by caches, or may be framed. */
const safeHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};
