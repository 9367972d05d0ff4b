import { rulingAnswerSchema, rulingsAnswerSchema } from '../../api/contract/rulings.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { reasonOption, wordOf } from '../said.ts';

const verbs = ['void', 'overrule', 'accept', 'estimate'] as const;

export const rulingCommand: Command = {
  name: 'ruling',
  summary: 'decide about the data of a meter: void readings, overrule or accept a verdict, estimate',
  words: 'void|overrule|accept|estimate METER | undo METER ID | list METER',
  details: `
void leaves the readings of a span out; overrule says that readings that were not believed are right; accept says that
what was said of them is so, and closes the question; estimate fills missing half-hours, each with its part by time:
where the register counted across them, its total stays right. Nothing is deleted: undo takes a ruling back, and both
stay in the record. \`meterhouse explain\` shows them beside the figures.

  meterhouse ruling void ward-3 --from 2026-03-03T11:00Z --to 2026-03-03T11:01Z --reason 'test of the pulse input'
  meterhouse ruling estimate ward-3 --from 2026-03-03 --to 2026-03-04 --amount 368 --unit kWh --reason 'as last Tuesday'
  meterhouse ruling undo ward-3 17 --reason 'it was the other ward'`,
  options: {
    ...clientOptions,
    from: { type: 'string', value: 'WHEN', describes: 'first second: a London date, or an instant with its offset' },
    to: { type: 'string', value: 'WHEN', describes: 'the first second after' },
    amount: { type: 'string', value: 'NUMBER', describes: 'estimate: what passed in the whole span' },
    unit: { type: 'string', value: 'UNIT', describes: 'estimate: kWh, kvarh or m3' },
    reason: reasonOption,
  },
  async run(invocation) {
    const { words, terminal } = invocation;
    const [verb, meter, id] = words;
    const kind = verbs.find((one) => one === verb);
    if (kind && meter !== undefined && words.length === 2) return await rule(invocation, meter, kind);
    if (verb === 'undo' && meter !== undefined && id !== undefined && words.length === 3) {
      return await undo(invocation, meter, id);
    }
    if (verb === 'list' && meter !== undefined && words.length === 2) return await list(invocation, meter);
    terminal.warn(`meterhouse ruling ${rulingCommand.words}`);
    return 'usage';
  },
};

const pathOf = (meter: string): string => `/v1/meters/${encodeURIComponent(meter)}/rulings`;

async function rule(invocation: Invocation, meter: string, kind: (typeof verbs)[number]): Promise<Exit> {
  const { flags, terminal } = invocation;
  const instant = (flag: string): string =>
    wordOf(flags, flag).replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?=Z|[+-])/, '$1:00');
  const estimate = kind === 'estimate' ? { amount: Number(wordOf(flags, 'amount')), unit: wordOf(flags, 'unit') } : {};
  const body = { kind, from: instant('from'), to: instant('to'), reason: wordOf(flags, 'reason'), ...estimate };
  const { act } = await houseClient(invocation).post(pathOf(meter), body, rulingAnswerSchema);
  terminal.say(`Ruling ${act.id}: ${act.says}. The half-hours of ${meter} are worked out again.`);
  return 'ok';
}

async function undo(invocation: Invocation, meter: string, id: string): Promise<Exit> {
  const body = { reason: wordOf(invocation.flags, 'reason') };
  const path = `${pathOf(meter)}/${encodeURIComponent(id)}/undo`;
  await houseClient(invocation).post(path, body, rulingAnswerSchema);
  invocation.terminal.say(`Ruling ${id} is taken back; both stay in the record.`);
  return 'ok';
}

async function list(invocation: Invocation, meter: string): Promise<Exit> {
  const { rulings } = await houseClient(invocation).get(pathOf(meter), rulingsAnswerSchema);
  for (const { id, at, who, says, reason, detail, stands } of rulings) {
    invocation.terminal.say(`${id}  ${at}  ${who}: ${says}${stands ? '' : ' (taken back)'}`);
    invocation.terminal.say(`    ${JSON.stringify(detail)}  ${reason}`);
  }
  if (rulings.length === 0) invocation.terminal.say(`Nobody decided anything about ${meter}.`);
  return 'ok';
}
