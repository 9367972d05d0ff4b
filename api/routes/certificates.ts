import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { stateOf } from '../../domain/certificates/cover.ts';
import {
  claimedPeriodOf,
  criteria,
  judgeCertificate,
  numbersClaimedTwice,
} from '../../domain/certificates/criteria.ts';
import { type Certificate, claims, type Supply } from '../../domain/certificates/register.ts';
import { supplyMetersOf } from '../../domain/certificates/supply-points.ts';
import { isValidOn, listed } from '../../domain/estate/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import { lastDateOf, type LocalDate } from '../../domain/time.ts';
import type { CertificateList } from '../../store/estate-amendments.ts';
import { callerView } from '../caller-view.ts';
import {
  addCertificatesBodySchema,
  allocateBodySchema,
  type certificateAnswerSchema,
  certificateParamsSchema,
  certificatesAnswerSchema,
  certificatesQuerySchema,
  retireBodySchema,
  withdrawBodySchema,
  suppliesAnswerSchema,
  suppliesQuerySchema,
  type supplyAnswerSchema,
} from '../contract/certificates.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import { pageOf } from '../page.ts';
import type { Api, ApiParts } from '../parts.ts';
import type { View } from '../view.ts';

/** `/v1/supplies` and `/v1/certificates`: what is bought and by which contract, and the certificates beside it. */
export function addCertificateRoutes(app: Api, parts: ApiParts): void {
  addSupplyRoute(app, parts);
  addCertificateList(app, parts);
  addCertificateActs(app, parts);
}

function addSupplyRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/supplies',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Contracts of supply, and what they claim of their electricity',
      querystring: suppliesQuerySchema,
      response: answersOf(suppliesAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const { on } = request.query;
      const all = listed(view, 'supplies')
        .filter((supply) => on === undefined || isValidOn(supply, on))
        .map((supply) => supplyAnswer(view, supply))
        .filter(({ meters }) => meters.length > 0)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const { page, next_cursor } = pageOf(all, request.query);
      return { register_version: view.version, supplies: [...page], next_cursor };
    },
  });
}

function supplyAnswer(view: View, supply: Supply): z.output<typeof supplyAnswerSchema> {
  const { id, supplier, valid_from, valid_to, claim, claim_share, rates, confirmed, source } = supply;
  return {
    id,
    supplier,
    meters: supplyMetersOf(view, supply).filter((meter) => view.meters.has(meter)),
    valid_from,
    valid_to: valid_to ?? null,
    claim,
    claim_says: claims[claim],
    claim_share,
    rates: rates.map(({ kgco2e_per_kwh: factor_kgco2e_per_kwh, ...rest }) => ({ ...rest, factor_kgco2e_per_kwh })),
    confirmed: [...confirmed],
    source,
  };
}

function addCertificateList(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/certificates',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Batches of certificates (REGOs), with their state and the quality criteria',
      description: 'What of a batch covers which meter point is in `/v1/cover`.',
      querystring: certificatesQuerySchema,
      response: answersOf(certificatesAnswerSchema),
    },
    handler: async (request) => {
      const view = callerView(request, parts);
      const { organisation, period, state } = request.query;
      checkOrganisations(view, organisation);
      const knownOn = lastDateOf(parts.clock());
      const twice = numbersClaimedTwice(listed(view, 'certificates'));
      const all = listed(view, 'certificates')
        .filter((one) => view.organisations.has(one.organisation))
        .filter((one) => organisation?.includes(one.organisation) ?? true)
        .filter((one) => period === undefined || claimedPeriodOf(one) === period)
        .filter((one) => state === undefined || stateOf(one) === state)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const { page, next_cursor } = pageOf(all, request.query);
      const certificates = page.map((one) => certificateAnswer(one, twice, knownOn));
      return { register_version: view.version, certificates, next_cursor };
    },
  });
}

function checkOrganisations(view: View, wanted: readonly string[] | undefined): void {
  const unknown = (wanted ?? []).filter((id) => !view.organisations.has(id));
  if (unknown.length === 0) return;
  throw new ProblemError(unknown.map((id) => ({ code: 'request.unknown-id', where: 'query organisation', found: id })));
}

function certificateAnswer(
  certificate: Certificate,
  twice: ReadonlySet<string>,
  knownOn: LocalDate,
): z.output<typeof certificateAnswerSchema> {
  const results = judgeCertificate(certificate, twice, knownOn);
  return {
    id: certificate.id,
    organisation: certificate.organisation,
    supply: certificate.supply ?? null,
    station: certificate.station,
    technology: certificate.technology ?? null,
    output: certificate.output_month ?? certificate.output_year ?? '',
    period: claimedPeriodOf(certificate),
    certificates_mwh: certificate.mwh,
    market: certificate.market,
    acquired: certificate.acquired,
    numbers: certificate.numbers ?? null,
    expires: certificate.expires ?? null,
    state: stateOf(certificate),
    retired: certificate.retired ?? null,
    withdrawn: certificate.withdrawn ?? null,
    allocations: certificate.allocations.map(({ meter, mwh }) => ({ meter, certificates_mwh: mwh })),
    counts: results.every(({ result }) => result !== 'failed'),
    criteria: results.map(({ criterion, result, reason, because }) => ({
      criterion,
      says: criteria[criterion],
      result,
      reason: reason ?? null,
      because,
    })),
    source: certificate.source,
  };
}

const config = { role: 'procurement', unlimited: true } as const;
const response = { 202: jobAnswerSchema, ...problemAnswers };
const tags = ['data'];

/** Asks the process that derives to write what somebody did with certificates into the register. */
function askToRecord(
  { state }: ApiParts,
  request: FastifyRequest,
  list: CertificateList,
  entries: readonly object[],
  reason: string,
): ReturnType<typeof askForJob> {
  return askForJob(state, request, 'certificates', { list, entries, reason, who: askerOf(request).name });
}

/** What people do with certificates. */
function addCertificateActs(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/certificates',
    config,
    schema: { tags, summary: 'Add batches of certificates', body: addCertificatesBodySchema, response },
    handler: async (request, reply) => {
      const { certificates: entries, reason } = request.body;
      return reply.code(202).send(askToRecord(parts, request, 'certificates', entries, reason));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/certificates/:certificate/retire',
    config,
    schema: {
      tags,
      summary: 'Record that a batch was retired, for whom, when, and by which evidence',
      params: certificateParamsSchema,
      body: retireBodySchema,
      response,
    },
    handler: async (request, reply) => {
      const { id: certificate, organisation } = batchOf(parts, request.params.certificate);
      const { reason, for: whom = organisation, on, evidence } = request.body;
      const entries = [{ certificate, for: whom, on, evidence }];
      return reply.code(202).send(askToRecord(parts, request, 'retirements', entries, reason));
    },
  });
  addLaterActs(app, parts);
}

/** What becomes of a batch beside being retired. */
function addLaterActs(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/certificates/:certificate/withdraw',
    config,
    schema: {
      tags,
      summary: 'Withdraw a batch: it was sold on, revoked, or written down by mistake, and covers nothing any more',
      params: certificateParamsSchema,
      body: withdrawBodySchema,
      response,
    },
    handler: async (request, reply) => {
      const { id: certificate } = batchOf(parts, request.params.certificate);
      const { reason, ...withdrawal } = request.body;
      const entries = [{ certificate, ...withdrawal }];
      return reply.code(202).send(askToRecord(parts, request, 'withdrawals', entries, reason));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/certificates/:certificate/allocate',
    config,
    schema: {
      tags,
      summary: 'Put so many MWh of a batch to a meter point by hand; said again, the newer number holds',
      params: certificateParamsSchema,
      body: allocateBodySchema,
      response,
    },
    handler: async (request, reply) => {
      const { id: certificate } = batchOf(parts, request.params.certificate);
      const { meter, certificates_mwh: mwh, reason } = request.body;
      const entries = [{ certificate, meter, mwh }];
      return reply.code(202).send(askToRecord(parts, request, 'allocations', entries, reason));
    },
  });
}

function batchOf(parts: ApiParts, id: string): Certificate {
  const known = listed(parts.estate(), 'certificates').find((one) => one.id === id);
  if (known) return known;
  throw new ProblemError([{ code: 'request.unknown-id', where: 'path certificate', found: id }]);
}
