import { Readable } from 'node:stream';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import { importBodySchema, importQuerySchema } from '../contract/imports.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import { problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { keepUpload } from '../uploads.ts';

/**
 * `POST /v1/imports`: a file of readings as the body, kept until the process that derives has imported it. Neither type
 * is one that a page of another site may send unasked.
 */
export async function addImportRoutes(app: Api, parts: ApiParts): Promise<void> {
  await app.register(async (scope: Api) => {
    scope.addContentTypeParser(['text/csv', 'application/octet-stream'], (_request, body, done) => done(null, body));
    scope.route({
      method: 'POST',
      url: '/v1/imports',
      config: { role: 'operate', unlimited: true },
      bodyLimit: limits.importFileBytes,
      handlerTimeout: limits.uploadTimeoutMs,
      schema: {
        tags: ['data'],
        summary: 'Import a file of half-hourly values, sent as text/csv; the job tells what came of it',
        consumes: ['text/csv', 'application/octet-stream'],
        querystring: importQuerySchema,
        body: importBodySchema,
        response: { 202: jobAnswerSchema, ...problemAnswers },
      },
      handler: async (request, reply) => {
        const { file, format, stamped, clock, meter, anyway, dry_run, reason = `file ${file}` } = request.query;
        const known = parts.estate();
        if (meter !== undefined && !known.meters.has(meter) && !known.observed?.has(meter)) {
          throw new ProblemError([{ code: 'request.unknown-id', where: 'query meter', found: meter }]);
        }
        if (!(request.body instanceof Readable)) {
          throw new ProblemError([
            { code: 'request.media-type', where: 'header Content-Type', expected: 'text/csv, with the file as body' },
          ]);
        }
        const name = Buffer.from(parts.randomBytes(12)).toString('hex');
        const upload = await keepUpload(parts.uploads, request.body, name, parts.clock() * 1000);
        const who = askerOf(request).name;
        const how = { format, stamped, clock, meter, anyway, dry_run };
        const work = { upload: upload.name, file, bytes: upload.bytes, ...how, who, reason };
        return reply.code(202).send(askForJob(parts.state, request, 'import', work));
      },
    });
  });
}
