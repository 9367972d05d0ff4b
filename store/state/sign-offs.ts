import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Act } from '../../domain/acts.ts';
import { restsFrom } from '../../domain/signoff/figure-asked.ts';
import { type SignedInputs, type SignOff, signedText } from '../../domain/signoff/sign-off.ts';
import type { SignOffs } from '../sign-offs.ts';
import { row, rows, type StateFile } from './file.ts';

interface SignOffRow {
  readonly id: number;
  /** JSON: all but the inputs. */
  readonly signed: string;
}

/** What people signed. Nothing here is ever changed or deleted: there is no statement that could. */
export function signOffsOf(file: StateFile, addAct: (act: Omit<Act, 'id'>) => number): SignOffs {
  const add = file.prepare(`
    insert into sign_off (id, at, starts, ends, signed, inputs) values (?, ?, ?, ?, ?, ?)`);
  const next = file.prepare('select coalesce(max(id), 0) + 1 as id from sign_off');
  const byId = file.prepare('select id, signed from sign_off where id = ?');
  const page = file.prepare('select id, signed from sign_off where id > ? order by id limit ?');
  const resting = file.prepare('select id, signed from sign_off where starts < ?1 and at > ?2 order by id');
  const inputsOf = file.prepare('select inputs from sign_off where id = ?');
  const whole = ({ id, signed }: SignOffRow): SignOff => ({ ...(JSON.parse(signed) as Omit<SignOff, 'id'>), id });
  return {
    sign(draft, inputs) {
      const digest = createHash('sha256').update(signedText(draft, inputs)).digest('hex');
      const blob = deflateRawSync(JSON.stringify(inputs));
      return file.write(() => {
        const id = row<{ id: number }>(next)?.id ?? 1;
        const { at, who, reason, asked, accepted } = draft;
        const detail = { sign_off: id, ...asked.period, accepted, digest };
        const act = addAct({ at, who, kind: 'sign-off', meter: undefined, reason, detail });
        const signed = { ...draft, act, digest };
        add.run(id, at, restsFrom(asked), asked.period.to, JSON.stringify(signed), blob);
        return { ...signed, id };
      });
    },
    signOff: (id) =>
      file.read(() => {
        const found = row<SignOffRow>(byId, id);
        return found && whole(found);
      }),
    signOffs: ({ after = 0, limit }) => file.read(() => rows<SignOffRow>(page, after, limit).map(whole)),
    signedInputs: (id) =>
      file.read(() => {
        const found = row<{ inputs: Uint8Array }>(inputsOf, id);
        return found && (JSON.parse(Buffer.from(inflateRawSync(found.inputs)).toString()) as SignedInputs);
      }),
    signOffsBefore: (instant, signedAfter) =>
      file.read(() => rows<SignOffRow>(resting, instant, signedAfter).map(whole)),
  };
}
