import type { z } from 'zod';
import { type Act, acts } from '../domain/acts.ts';
import { toIso } from '../domain/time.ts';
import type { actSchema } from './contract/acts.ts';

/** An act as it looks outside. */
export function actAnswer({ id, at, who, kind, meter, reason, detail }: Act): z.output<typeof actSchema> {
  return { id, at: toIso(at), who, kind, says: acts[kind], meter: meter ?? null, reason, detail };
}
