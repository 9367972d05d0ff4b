import { Refused } from '../../ask.ts';
import { count } from '../../say.ts';
import { faultOf, type Job } from '../../jobs.tsx';

/** What each kind of work is called. */
const kinds: Readonly<Record<string, string>> = {
  'accept-meter': 'Take a meter into the register',
  enter: 'Book a read or an invoice',
  exchange: 'Record a meter exchange',
  replay: 'Decode messages of the quarantine again',
  rederive: 'Work half-hours out again',
  import: 'Import a file',
  certificates: 'Write down certificates',
  measure: 'Write down a measure',
  baseline: 'Freeze a baseline',
  'purge-readings': 'Forget old readings',
};

export function kindSaid(kind: string): string {
  return kinds[kind] ?? kind;
}

interface Replayed {
  readonly replayed: number;
  readonly still: number;
  readonly absent: number;
}

/** What came of a replay. */
export function replaySaid(result: unknown): string {
  const { replayed, still, absent } = result as Replayed;
  const left = still === 0 ? '' : ` ${count(still, 'message')} still not understood.`;
  const gone = absent === 0 ? '' : ` ${count(absent, 'message')} no longer there, or replayed before.`;
  return sentence(`${count(replayed, 'message')} decoded.${left}${gone}`);
}

/** What came of accepting a meter. */
export function acceptedSaid(result: unknown): string {
  const { meter, replayed, still } = result as Replayed & { readonly meter: string };
  const left = still === 0 ? '' : ` ${count(still, 'message')} of the topic still not understood, or of another meter.`;
  return `${meter} is in the register. ${sentence(`${count(replayed, 'message')} decoded that had waited.`)}${left}`;
}

interface Entered {
  readonly meter: string;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** What came of a read. */
export function enteredSaid(result: unknown): string {
  const { meter, inserted, changed, unchanged, refused } = result as Entered;
  if (refused > 0) return `The store refused the read of ${meter}.`;
  if (changed > 0) return `Booked for ${meter}, in place of another value at that second, which is kept.`;
  if (inserted > 0) return `Booked for ${meter}. Its half-hours are worked out again.`;
  return unchanged > 0 ? `${meter} had this very read already.` : `Nothing was booked for ${meter}.`;
}

const exchanged = 'The exchange is in the register. The half-hours of the meter are worked out again.';

/** The same for whoever entered it; rejects with Refused where the read is not in the house. */
export function bookedSaid(result: unknown): string {
  const { inserted, changed, unchanged, refused } = result as Entered;
  const says = enteredSaid(result);
  if (refused > 0 || inserted + changed + unchanged === 0) {
    const mend = 'look at the value, the unit and the time, then send it again';
    throw new Refused(422, [{ code: 'console.not-booked', says, mend }]);
  }
  return says;
}

const said: Readonly<Record<string, (result: unknown) => string>> = {
  'accept-meter': acceptedSaid,
  enter: enteredSaid,
  exchange: () => exchanged,
  replay: replaySaid,
};

/** What came of any work, in a sentence; what failed says why and how to mend it. */
export function resultSaid(job: Job): string {
  if (job.state === 'failed') return faultOf(job);
  if (job.state !== 'done') return '';
  return said[job.kind]?.(job.result) ?? plainly(job.result);
}

/** Numbers and words of a result whose form is not known here. */
function plainly(result: unknown): string {
  const parts = Object.entries(Object(result) as Record<string, unknown>).flatMap(([name, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [`${name.replaceAll('_', ' ')}: ${value}`] : [],
  );
  return parts.join(', ');
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
