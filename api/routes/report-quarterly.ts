import type { z } from 'zod';
import { exclusionReasons } from '../../domain/certificates/criteria.ts';
import { disclosurePeriodOf } from '../../domain/certificates/disclosure-period.ts';
import { isKnown, lacks, measuredShareOf } from '../../domain/energy/flow.ts';
import { addParts } from '../../domain/energy/site-energy.ts';
import { listed, type Organisation } from '../../domain/estate/estate.ts';
import type { Quarter } from '../../domain/reports/quarter.ts';
import {
  answerQuarter,
  electricityBehind,
  ofUnknownSource,
  type QuarterAnswer,
  type QuarterEvidence,
  question,
  readings,
  renewableFuels,
  type ReturnReading,
  returnReadings,
} from '../../domain/reports/quarterly.ts';
import { ProblemError } from '../../domain/problems.ts';
import { dateOf, halfHourOf, type LocalDate, toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import {
  quarterlyAnswerSchema,
  quarterlyQuerySchema,
  quarterlyRowSchema,
  sentAnswerSchema,
  sentBodySchema,
} from '../contract/reports.ts';
import { problemAnswers, tableAnswersOf } from '../contract/vocabulary.ts';
import { askerOf } from '../jobs.ts';
import { known, standing, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { evidenceOf, partsReported, type QuarterRead, readQuarter } from '../quarter-evidence.ts';
import { reportedOrganisations } from '../reported-organisations.ts';
import { type SentDetail, type SentReturn, sentReturnOf, sentReturns } from '../sent-returns.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

type Answer = z.output<typeof quarterlyAnswerSchema>;
type Row = z.output<typeof quarterlyRowSchema>;

const coverRule =
  'certificates and contracts are matched over the disclosure period (April to March) up to the end of the quarter; ' +
  'of each kWh bought in the quarter the share is taken that is covered then';

/** `/v1/reports/quarterly`, and the record of what was sent. */
export function addQuarterlyRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/reports/quarterly',
    config: { role: 'read' },
    schema: {
      tags: ['reports'],
      summary: 'The energy question of the Greener NHS quarterly return, answered for each organisation',
      description:
        `“${question}” in both readings, of electricity and of all energy, with what stands behind the answer, what is ` +
        'missing to say yes, and the answer that a person recorded as sent. A quarter that has not begun has no answer.',
      querystring: quarterlyQuerySchema,
      response: tableAnswersOf(quarterlyAnswerSchema),
    },
    handler: async (request, reply) => {
      const { quarter, organisation, known_on: knownOn, format } = request.query;
      const past = partsKnownOn(parts, knownOn);
      const organisations = reportedOrganisations(past.estate(), callerView(request, past), organisation);
      const { answers, ...head } = await answerOf(past, organisations, quarter, knownOn);
      return await sendTable(
        reply,
        {
          head,
          name: 'answers',
          rows: answers,
          columns: Object.keys(quarterlyRowSchema.shape),
          file: `quarterly-${quarter.financial}`,
        },
        wantedFormat(request, format),
      );
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/reports/quarterly/sent',
    config: { role: 'operate' },
    schema: {
      tags: ['reports'],
      summary: 'Record which answer of a quarterly return was sent; kept for ever beside what was computed',
      body: sentBodySchema,
      response: { 201: sentAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { organisation, quarter, reading, answer, sent_on: on, reason } = request.body;
      const [one] = reportedOrganisations(parts.estate(), callerView(request, parts), [organisation]);
      const { answers, register_version: version } = await answerOf(parts, one ? [one] : [], quarter);
      const now = answers.find((row) => row.reading === reading);
      if (!now) throw notBegun(quarter);
      const detail: SentDetail = {
        organisation,
        quarter: quarter.financial,
        reading,
        answer,
        sent_on: on ?? dateOf(parts.clock()),
        answer_then: now.answer,
        renewable_then_share: now.renewable_share,
        register_version_then: version,
      };
      const act = { at: parts.clock(), who: askerOf(request).name, kind: 'record-return', reason, detail } as const;
      const id = parts.state.recordAct({ ...act, meter: undefined });
      const sent = sentReturnOf({ ...act, meter: undefined, id });
      if (!sent) throw new TypeError('an act that was just recorded is not of its own form');
      return reply.code(201).send({ sent });
    },
  });
}

function notBegun(quarter: Quarter): ProblemError {
  const expected = 'a quarter that has begun';
  return new ProblemError([{ code: 'request.invalid', where: 'body quarter', found: quarter.financial, expected }]);
}

async function answerOf(
  parts: ApiParts,
  organisations: readonly Organisation[],
  quarter: Quarter,
  knownOn?: LocalDate,
): Promise<Answer> {
  const estate = parts.estate();
  const until = Math.min(quarter.to, halfHourOf(parts.clock()));
  const ids = new Set(organisations.map(({ id }) => id));
  const sent = sentReturns(parts.state, quarter.financial).filter(({ organisation }) => ids.has(organisation));
  const read = until > quarter.from ? await readQuarter(parts, organisations, quarter, until) : undefined;
  const rows = read
    ? organisations.flatMap((one) => returnReadings.map((reading) => rowOf(read, one, reading, sent)))
    : [];
  return {
    question,
    readings: { ...readings },
    quarter: quarter.financial,
    calendar_quarter: quarter.calendar,
    period: { from: toIso(quarter.from), to: toIso(quarter.to) },
    disclosure_period: disclosurePeriodOf(quarter.first),
    known_on: knownOn ?? null,
    cover_rule: coverRule,
    register_version: estate.version,
    evidence: read ? evidenceRows(read, ids) : [],
    sent,
    answers: rows,
  };
}

function rowOf(
  read: QuarterRead,
  organisation: Organisation,
  reading: ReturnReading,
  sent: readonly SentReturn[],
): Row {
  const evidence = evidenceOf(read, organisation.id, reading);
  const answer = answerQuarter(evidence, reading);
  const last = sent.findLast((one) => one.organisation === organisation.id && one.reading === reading);
  return {
    organisation: organisation.id,
    organisation_name: organisation.name,
    quarter: read.quarter.financial,
    reading,
    ...answerColumns(answer),
    sent_answer: last?.answer ?? null,
    sent_on: last?.sent_on ?? null,
    sent_by: last?.who ?? null,
    ...energyColumns(evidence),
    ...standingColumns(read, organisation.id, reading),
  };
}

function answerColumns({ answer, answerAsPromised, share, shareAsPromised, missing }: QuarterAnswer) {
  return {
    answer,
    answer_as_promised: answerAsPromised,
    renewable_share: known(share),
    renewable_as_promised_share: known(shareAsPromised),
    missing: [...missing],
  };
}

function energyColumns(evidence: QuarterEvidence) {
  const behind = electricityBehind(evidence);
  const of = (isOf: (utility: QuarterEvidence['others'][number]['utility']) => boolean): number =>
    evidence.others.filter(({ utility }) => isOf(utility)).reduce((sum, { energy }) => sum + energy, 0);
  return {
    electricity_bought_kwh: evidence.bought,
    own_renewable_used_kwh: evidence.own,
    own_certificates_sold_kwh: evidence.ownSold,
    retired_kwh: behind.retired,
    allocated_kwh: behind.allocated,
    contracted_kwh: behind.contracted,
    uncovered_kwh: behind.uncovered,
    fossil_fuel_kwh: of((one) => one !== 'water' && !renewableFuels.has(one) && !ofUnknownSource.has(one)),
    heat_bought_kwh: of((one) => ofUnknownSource.has(one)),
    other_renewable_fuel_kwh: of((one) => renewableFuels.has(one)),
  };
}

function standingColumns(read: QuarterRead, organisation: string, reading: ReturnReading) {
  const own = partsReported(read, organisation).filter(
    ({ utility }) => utility === 'electricity' || (reading === 'energy' && utility !== 'water'),
  );
  const total = addParts(own);
  const because = read.until < read.quarter.to ? (['not-over'] as const) : [];
  const bucket = { from: read.quarter.from, to: read.until, because };
  const missing = !isKnown(total) || lacks(total, false);
  return { ...when(bucket), ...standing({ bucket, ...measuredShareOf(total), missing, warnings: total.warnings }) };
}

function evidenceRows({ estate, cover }: QuarterRead, organisations: ReadonlySet<string>): Answer['evidence'] {
  const supplies = new Map(listed(estate, 'supplies').map((supply) => [supply.id, supply]));
  const batches = cover.batches.filter(({ certificate }) => organisations.has(certificate.organisation));
  const contracts = new Map<string, Answer['evidence'][number]>();
  for (const { organisation, parts } of cover.points) {
    if (!organisations.has(organisation)) continue;
    for (const { by, of, state, energy } of parts) {
      const supply = supplies.get(of);
      if (by !== 'contract' || !supply) continue;
      const key = `${organisation} ${of} ${state}`;
      const confirmed = supply.confirmed.find(({ period }) => period === cover.period);
      const before = contracts.get(key)?.covers_kwh ?? 0;
      contracts.set(key, {
        organisation,
        by,
        id: of,
        state,
        covers_kwh: before + energy,
        surplus_kwh: 0,
        evidence: state === 'retired' ? (confirmed?.evidence ?? null) : null,
        excluded_because: null,
        source: supply.source,
      });
    }
  }
  return [
    ...batches.map(({ certificate, state, matched, surplus, excluded }) => ({
      organisation: certificate.organisation,
      by: 'certificates' as const,
      id: certificate.id,
      state,
      covers_kwh: matched,
      surplus_kwh: surplus,
      evidence: certificate.retired?.evidence ?? null,
      excluded_because: excluded.length > 0 ? excluded.map((reason) => exclusionReasons[reason]).join('; ') : null,
      source: certificate.source,
    })),
    ...contracts.values(),
  ];
}
