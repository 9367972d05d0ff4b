import { type Accounting, accountingOf } from '../../domain/carbon/accounting.ts';
import { sitesReported } from '../../domain/energy/reporters.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { baselineEntry, yearToFreeze } from '../../domain/reports/freeze-baseline.ts';
import { doubtsOf } from '../../domain/signoff/doubts.ts';
import { dateOf, type EpochSeconds, type Period, startOfDay, toIso } from '../../domain/time.ts';
import { readEnergy } from '../../store/energy.ts';
import { callerView } from '../caller-view.ts';
import { baselineAskedSchema, baselineBodySchema } from '../contract/reports.ts';
import { problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { reportedOrganisations } from '../reported-organisations.ts';
import { checkDoubts } from '../sign-off.ts';

/** `/v1/reports/baselines`: a year is frozen; what became of it is in `/v1/reports/targets`. */
export function addBaselineRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/reports/baselines',
    config: { role: 'operate' },
    schema: {
      tags: ['reports'],
      summary: 'Freeze the carbon of a year as the baseline of an organisation',
      description:
        'Site by site as the meters say it now, with the factor sets, the measured share and the version of the ' +
        'register. Refused where something stands against it that no named person accepts, as a sign-off is. The ' +
        'process that derives writes it into the register, where it never changes.',
      body: baselineBodySchema,
      response: { 202: baselineAskedSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { organisation, year, accept, reason, ...said } = request.body;
      const estate = parts.estate();
      const organisations = reportedOrganisations(estate, callerView(request, parts), [organisation]);
      const usual = accountingOf(estate, organisation);
      const accounting: Accounting = {
        ...usual,
        boundary: said.boundary ?? usual.boundary,
        factorYear: said.factor_year ?? usual.factorYear,
      };
      const period = yearNamed(year, accounting, parts.clock());
      const cuts = [period.from, period.to];
      const sites = sitesReported(estate, organisations);
      const energy = await readEnergy(parts, { estate, sites, cuts, halfHours: false, of: 'sites', accounting });
      const frozen = yearToFreeze(estate, organisation, period, energy.within(period), energy.boundaries, accounting);
      checkKnown(frozen.unknown, frozen.sites.length);
      checkDoubts(doubtsOf(frozen), accept);
      const who = askerOf(request).name;
      const { id = `${organisation}-${year}`, name = `Carbon of ${year}` } = said;
      const on = dateOf(parts.clock());
      const baseline = baselineEntry({ id, organisation, name, period, accounting, on, who }, frozen);
      const work = { baseline, accepted: accept, reason, who };
      return reply.code(202).send({ baseline, ...askForJob(parts.state, request, 'baseline', work) });
    },
  });
}

/** The reporting year of that name. Throws where it has another name, or is not over. */
function yearNamed(year: string, { yearStarts }: Accounting, now: EpochSeconds): Period {
  const first = Number(year.slice(0, 4));
  const expected = yearStarts === 1 ? String(first) : `${first}-${String((first + 1) % 100).padStart(2, '0')}`;
  if (year !== expected) {
    const detail = `a reporting year begins in month ${yearStarts}`;
    throw new ProblemError([{ code: 'request.invalid', where: 'body year', found: year, expected, detail }]);
  }
  const start = `-${String(yearStarts).padStart(2, '0')}-01`;
  const period = { from: startOfDay(`${first}${start}`), to: startOfDay(`${first + 1}${start}`) };
  if (period.to > now) {
    const found = `it is over on ${toIso(period.to)}`;
    throw new ProblemError([{ code: 'sign-off.not-over', where: 'body year', found }]);
  }
  return period;
}

function checkKnown(unknown: readonly string[], known: number): void {
  const nothing = { code: 'baseline.unknown', where: 'body year', found: 'no meter is counted for it' } as const;
  const wrong = unknown.map((site): Problem => ({ code: 'baseline.unknown', where: 'body year', found: site }));
  if (wrong.length > 0 || known === 0) throw new ProblemError(wrong.length > 0 ? wrong : [nothing]);
}
