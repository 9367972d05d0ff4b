import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inboxAnswerSchema, inboxEntryAnswerSchema } from '../../api/contract/inbox.ts';
import { proposedId, proposedYaml } from '../../api/proposed-meter.ts';
import { meterSchema } from '../../domain/estate/estate.ts';
import type { ProposedMeter } from '../../domain/estate/inbox.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';

const water: ProposedMeter = {
  decoder: 'number',
  utility: 'water',
  unit: 'm3',
  kind: 'register',
  value: 11,
  guessed: ['role', 'utility', 'unit', 'kind'],
};
const phase = (channel: string): ProposedMeter => ({
  ...water,
  decoder: 'zigbee2mqtt',
  channel,
  utility: 'electricity',
  unit: 'kWh',
});

let rig: Rig;
let headers: { authorization: string };
beforeAll(async () => {
  rig = await startRig();
  headers = bearer(rig.key({ role: 'operate', name: 'ann' }));
  const seen = { first: noon - 60, last: noon, messages: 2, payload: Buffer.from('11') };
  rig.state.noteInbox([
    { topic: 'boiler-house/water', ...seen, proposals: [water] },
    { topic: 'zigbee2mqtt/lab', ...seen, proposals: [phase('l1'), phase('l2')] },
    { topic: 'unknown', ...seen, proposals: [] },
  ]);
});
afterAll(() => rig.close());

const get = async (url: string) => (await rig.app.inject({ url, headers })).json<unknown>();
const post = (url: string, payload: object) => rig.app.inject({ method: 'POST', url, headers, payload });

test('an entry is shown with what was heard and what it may be, ready to be pasted', async () => {
  const { entry, proposals } = inboxEntryAnswerSchema.parse(await get('/v1/inbox/1'));
  expect(entry).toMatchObject({ topic: 'boiler-house/water', family: 'number', payload_text: '11', messages: 2 });
  const [pasted] = parse(proposals[0]?.yaml ?? '') as unknown[];
  expect(meterSchema.parse(pasted)).toMatchObject({ utility: 'water', unit: 'm3', topic: 'boiler-house/water' });
  expect(proposals[0]?.yaml).toMatch(/utility: water {2}# guessed\n/);
});

test('a topic cannot break out of the entry it is proposed in', () => {
  for (const topic of ['a: b', '"x"\n- id: y', "it's", '#', '{}', 'a\u0000b']) {
    const [pasted] = parse(proposedYaml({ topic, first: noon }, phase(topic), 'x')) as { topic: string }[];
    expect(pasted).toMatchObject({ id: 'x', topic, channel: topic, valid_from: '2026-01-15' });
    expect(meterSchema.shape.id.safeParse(proposedId(topic, phase(topic), new Set())).success).toBe(true);
  }
  expect(proposedId('a/b', water, new Set(['a-b', 'a-b-2']))).toBe('a-b-3');
});

test('accepting asks for a job with the whole entry; of several meters one is named', async () => {
  const meter = { site: 'hospital', id: 'lab-2', name: 'Lab' };
  const unnamed = await post('/v1/inbox/2/accept', meter);
  expect([unnamed.statusCode, unnamed.body]).toEqual([400, expect.stringContaining('one of l1, l2')]);
  const asked = await post('/v1/inbox/2/accept', {
    ...meter,
    channel: 'l2',
    meter: { rating: { value: 63, unit: 'kW' } },
  });
  expect(asked.statusCode).toBe(202);
  expect(rig.state.jobs(1)).toMatchObject([
    {
      kind: 'accept-meter',
      request: {
        entry: 2,
        who: 'ann',
        meter: {
          ...meter,
          unit: 'kWh',
          decoder: 'zigbee2mqtt',
          topic: 'zigbee2mqtt/lab',
          channel: 'l2',
          rating: { value: 63, unit: 'kW' },
          // Of the time before it was first heard nothing is missing.
          valid_from: '2026-01-15',
        },
      },
    },
  ]);
});

test('what cannot be an entry is refused with all that is wrong', async () => {
  const meter = { site: 'hospital', id: 'x', name: 'X' };
  const nothing = await post('/v1/inbox/3/accept', meter);
  expect(nothing.statusCode).toBe(400);
  expect(nothing.body).toMatch(/body\.meter\.utility.*body\.meter\.unit/s);
  expect((await post('/v1/inbox/1/accept', { ...meter, site: 'nowhere' })).statusCode).toBe(404);
  expect((await post('/v1/inbox/9/accept', meter)).statusCode).toBe(404);
});

test('a topic that is none of ours is ignored, with who and why', async () => {
  expect((await post('/v1/inbox/3/ignore', { reason: 'the neighbour' })).json()).toMatchObject({
    entry: { state: 'ignored' },
  });
  const open = inboxAnswerSchema.parse(await get('/v1/inbox'));
  expect(open.entries.map(({ topic }) => topic)).toEqual(['boiler-house/water', 'zigbee2mqtt/lab']);
  expect(inboxAnswerSchema.parse(await get('/v1/inbox?state=ignored')).entries).toHaveLength(1);
  expect(rig.state.acts({ limit: 5 })).toMatchObject([{ kind: 'ignore-topic', who: 'ann', reason: 'the neighbour' }]);
});
