import { z } from 'zod';
import { keyRoles } from './keys.ts';
import { instantSchema } from './vocabulary.ts';

export const signInSchema = z.strictObject({
  key: z.string().min(1).max(1_000).describe('the API key, whole: mh_…'),
});

/** Who asks, and what they may. */
export const callerAnswerSchema = z
  .strictObject({
    name: z.string().describe('name of the key; `local` where keys are not demanded'),
    role: z.enum(keyRoles),
    reaches: z.array(z.enum(keyRoles)).describe('roles that this one includes'),
    organisations: z.array(z.string()).describe('with `sites` empty too: the whole estate'),
    sites: z.array(z.string()),
    auth: z.enum(['keys', 'off']).describe('off: nothing is asked, and only this machine may ask'),
    session: z
      .strictObject({ ends: instantSchema })
      .nullable()
      .describe('of a browser that signed in: when it must sign in again at the latest; null for a key'),
    version: z.string().describe('of the house'),
  })
  .meta({ id: 'Caller' });

export const signedOutSchema = z.strictObject({ signed_out: z.boolean().describe('false: nobody was signed in') });
