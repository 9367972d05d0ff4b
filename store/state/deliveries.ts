import type { Deliveries, Delivery, DeliveryChange, Outbox } from '../deliveries.ts';
import { listTerm, named, row, rows, type StateFile } from './file.ts';

/** What may make room: all but what is still to be sent. */
const isDone = `state not in ('held', 'waiting')`;
const changeable = [
  'state',
  'because',
  'told',
  'due',
  'escalates',
  'attempts',
  'said',
  'ended',
  'digest',
] as const satisfies (keyof DeliveryChange)[];

/** The outbox. */
export function deliveriesOf(file: StateFile): Deliveries {
  const outbox = outboxOf(file);
  const remember = file.prepare('insert or replace into fact values (?, ?)');
  const channels = file.prepare(`
    select distinct channel from delivery where state = 'waiting' and due <= ? order by channel`);
  const toSend = file.prepare(`
    select one.* from delivery as one
      left join alert on one.about = 'alert' and alert.id = cast(substr(one.subject, 3) as integer)
    where one.channel = ? and one.state = 'waiting' and one.due <= ? and not exists (
      select 1 from delivery where about = one.about and subject = one.subject and channel = one.channel
        and recipient = one.recipient and state = 'waiting' and id < one.id)
    order by coalesce(alert.severity = '1', 0) desc, one.due, one.id limit ?`);
  const held = file.prepare(`select * from delivery where state = 'held' and due <= ? order by id limit ?`);
  const escalating = file.prepare('select * from delivery where escalates <= ? order by escalates, id limit ?');
  const forDigest = file.prepare(`
    select * from delivery where state = 'digest' and route = ? and channel = ? and recipient = ? and made < ?
    order by id limit ?`);
  const first = file.prepare(`
    select * from delivery where about = 'alert' and subject = ? and channel = ? and recipient = ?
      and state in ('sent', 'waiting') and id < ? order by id limit 1`);
  const countTold = file.prepare(`
    select count(*) as told from delivery
    where route = ? and channel = ? and recipient = ? and told >= ? and about <> 'digest'`);
  return {
    planDeliveries(mark, plan) {
      file.write(() => {
        plan(outbox);
        if (mark) remember.run(mark.name, mark.value);
      });
    },
    changeDelivery(id, change) {
      file.write(() => outbox.change(id, change));
    },
    channelsToSend: (now) =>
      file.read(() => rows<Pick<Delivery, 'channel'>>(channels, now).map(({ channel }) => channel)),
    deliveriesToSend: (channel, now, limit) => file.read(() => rows<Delivery>(toSend, channel, now, limit)),
    heldDeliveries: (now, limit) => file.read(() => rows<Delivery>(held, now, limit)),
    escalatingDeliveries: (now, limit) => file.read(() => rows<Delivery>(escalating, now, limit)),
    deliveriesForDigest: (route, { channel, recipient }, before, limit) =>
      file.read(() => rows<Delivery>(forDigest, route, channel, recipient, before, limit)),
    firstTold: (alert, { channel, recipient }, before = Number.MAX_SAFE_INTEGER) =>
      file.read(() => row<Delivery>(first, alert, channel, recipient, before)),
    countTold: (route, { channel, recipient }, since) =>
      file.read(() => row<{ told: number }>(countTold, route, channel, recipient, since)?.told ?? 0),
    ...listsOf(file),
  };
}

function listsOf(file: StateFile): Pick<Deliveries, 'deliveries' | 'deliveriesOfDigest' | 'deliverySums'> {
  const page = file.prepare(`
    select * from delivery
    where (:states is null or state in (select value from json_each(:states)))
      and (:channels is null or channel in (select value from json_each(:channels)))
      and (:routes is null or route in (select value from json_each(:routes)))
      and (:sites is null or site in (select value from json_each(:sites)))
      and (:alert is null or (about = 'alert' and subject = :alert))
      and (:since is null or made >= :since) and (:before is null or id < :before)
    order by id desc limit :limit`);
  const ofDigest = file.prepare('select * from delivery where digest = ? order by id desc limit ?');
  const sums = file.prepare(`
    select channel, state, count(*) as deliveries, min(made) as oldest, max(ended) as lastEnded from delivery
    group by channel, state order by channel, state`);
  return {
    deliveries: ({ states, channels, routes, sites, alert, since, before, limit }) =>
      file.read(() => {
        const terms = {
          states: listTerm(states),
          channels: listTerm(channels),
          routes: listTerm(routes),
          sites: listTerm(sites),
          alert: alert ?? null,
          since: since ?? null,
          before: before ?? null,
          limit,
        };
        return named<Delivery>(page, terms);
      }),
    deliveriesOfDigest: (digest, limit) => file.read(() => rows<Delivery>(ofDigest, digest, limit)),
    deliverySums: () => file.read(() => rows(sums)),
  };
}

function outboxOf(file: StateFile): Outbox {
  const insert = file.prepare(`
    insert or ignore into delivery (
      key, about, subject, sequence, notice, site, route, channel, recipient, state, because, made, told, due,
      escalates, ended, attempts)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`);
  const span = file.prepare('select max(id) - min(id) as ids from delivery');
  const forget = file.prepare(
    `delete from delivery where id = (select id from delivery where ${isDone} order by id limit 1)`,
  );
  const byId = file.prepare('select * from delivery where id = ?');
  const update = file.prepare(`
    update delivery set state = ?, because = ?, told = ?, due = ?, escalates = ?, attempts = ?, said = ?, ended = ?,
      digest = ? where id = ?`);
  return {
    add(one) {
      const { key, about, subject, sequence, notice, site, route, channel, recipient } = one;
      const { state, because, made, told, due, escalates, ended: over } = one;
      const what = [key, about, subject, sequence, notice, site, route, channel, recipient];
      const { changes, lastInsertRowid } = insert.run(...what, state, because, made, told, due, escalates, over);
      if (Number(row<{ ids: number | null }>(span)?.ids) >= file.bounds.deliveryRows) forget.run();
      return changes === 1 ? Number(lastInsertRowid) : undefined;
    },
    change(id, change) {
      const before = row<Delivery>(byId, id);
      if (!before) return;
      const after = { ...before, ...change };
      update.run(...changeable.map((name) => after[name]), id);
    },
  };
}
