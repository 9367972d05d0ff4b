import { halfHourOf } from '../../domain/time.ts';
import { readTrajectories } from '../../store/plan-trajectory.ts';
import { callerView } from '../caller-view.ts';
import { trajectoryAnswerSchema, trajectoryQuerySchema, trajectoryRowSchema } from '../contract/plan-trajectory.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { reportedOrganisations } from '../reported-organisations.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { trajectoryAnswer } from '../trajectory-rows.ts';

/** `/v1/plan/trajectory` */
export function addTrajectoryRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/plan/trajectory',
    config: { role: 'read' },
    schema: {
      tags: ['plan'],
      summary: 'The way of organisations to their targets, with what the planned measures would take off',
      description:
        'Each reporting year from the baseline to the last milestone: what was emitted, where the lines of the target ' +
        'are, and of years to come what would be emitted with the use of the last twelve months, and when measures come ' +
        'that are committed, probable or possible. What a greener grid does stands apart. At each milestone the gap that ' +
        'is left, in kgCO2e and in pounds of capital.',
      querystring: trajectoryQuerySchema,
      response: tableAnswersOf(trajectoryAnswerSchema),
    },
    handler: async (request, reply) => {
      const { organisation, known_on: knownOn, format } = request.query;
      const past = partsKnownOn(parts, knownOn);
      const estate = past.estate();
      const organisations = reportedOrganisations(estate, callerView(request, past), organisation);
      const now = halfHourOf(past.clock());
      const list = await readTrajectories(past, estate, { organisations, now });
      const { points, ...head } = trajectoryAnswer({ estate, organisations, list, now, knownOn });
      const columns = Object.keys(trajectoryRowSchema.shape);
      return await sendTable(
        reply,
        { head, name: 'points', rows: points, columns, file: 'trajectory' },
        wantedFormat(request, format),
      );
    },
  });
}
