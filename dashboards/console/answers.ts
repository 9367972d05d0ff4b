import type { z } from 'zod';
import type { CallerAnswer } from './caller.ts';
import type { sitesAnswerSchema } from '../../api/contract/sites.ts';

/** What each question to the API is answered with: the schemas of its contract. By area, then by route. */
export interface Answers {
  '/v1/caller': CallerAnswer;
  '/v1/sites': z.output<typeof sitesAnswerSchema>;
}

/** What each act of the API is answered with. */
export interface Acted {
  'DELETE /v1/sessions': undefined;
}
