import type { SignedInputs, SignOff, SignOffDraft } from '../domain/signoff/sign-off.ts';
import type { EpochSeconds } from '../domain/time.ts';

/** What people signed, for ever. */
export interface SignOffs {
  /** Keeps a figure with its inputs, its digest and the act, all in one transaction. */
  sign(draft: SignOffDraft, inputs: SignedInputs): SignOff;
  signOff(id: number): SignOff | undefined;
  /** Those with an id greater than `after`, the oldest first. */
  signOffs(page: { readonly after?: number; readonly limit: number }): readonly SignOff[];
  /** What a sign-off was made from; read apart, since it may be some MB. */
  signedInputs(id: number): SignedInputs | undefined;
  /** Sign-offs of periods that begin before an instant, made after another one. */
  signOffsBefore(instant: EpochSeconds, signedAfter: EpochSeconds): readonly SignOff[];
}
