import type { z } from 'zod';
import { testLetter } from '../../domain/alerts/letter.ts';
import type { AlertRoute } from '../../domain/alerts/route-register.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import type { Delivery, DeliverySum } from '../../store/deliveries.ts';
import { callerView } from '../caller-view.ts';
import {
  channelParamsSchema,
  channelsAnswerSchema,
  type channelSchema,
  channelTestAnswerSchema,
  channelTestBodySchema,
  deliveriesAnswerSchema,
  deliveriesQuerySchema,
  deliverySchema,
} from '../contract/deliveries.ts';
import { answersOf, tableAnswersOf } from '../contract/vocabulary.ts';
import { addressOf, type Channel, type Channels } from '../delivery/channels.ts';
import { routeFaults } from '../delivery/route-faults.ts';
import { send } from '../delivery/sender.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { seesAll, sitesOf } from '../view.ts';

/** `/v1/deliveries` and `/v1/channels`: what was told to whom, what could not be, and whether a channel works. */
export function addDeliveryRoutes(app: Api, parts: ApiParts): void {
  addDeliveries(app, parts);
  const channels: Channels = parts.channels ?? new Map();
  app.route({
    method: 'GET',
    url: '/v1/channels',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['alerts'],
      summary: 'The ways by which people are told, without their secrets, and what waits in each',
      response: answersOf(channelsAnswerSchema),
    },
    handler: async () => {
      const sums = parts.state.deliverySums();
      return {
        channels: [...channels].map(([name, channel]) => channelRow(parts.estate(), sums, name, channel)),
        warnings: [...routeFaults(parts.estate(), channels)],
      };
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/channels/:channel/test',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['alerts'],
      summary: 'Send a test by a channel, now and once, to an address that a route names',
      params: channelParamsSchema,
      body: channelTestBodySchema,
      response: answersOf(channelTestAnswerSchema),
    },
    handler: async (request) => {
      const { channel: name } = request.params;
      const channel = channels.get(name);
      if (!channel) {
        throw new ProblemError([{ code: 'request.unknown-id', where: 'path channel', found: name }]);
      }
      const recipient = recipientOf(parts, name, channel, request.body.to);
      const now = parts.clock();
      const letter = testLetter(name, parts.estate().name, now);
      const parcel = { key: `test/${request.id}/${now}`, recipient, letter, about: { kind: 'test' } } as const;
      const { outcome, said } = await send(name, channel, parcel, { clock: () => now * 1000 });
      if (outcome === 'delivered') return { channel: name, recipient, said };
      throw new ProblemError([{ code: 'channel.failed', where: `channel ${name}`, detail: said }]);
    },
  });
}

/** Only to those whom the register names: whoever may test a channel may not write to the world by it. */
function recipientOf({ estate }: ApiParts, name: string, { kind }: Channel, to: string | undefined): string {
  if (kind !== 'email') return '';
  const known = routesOf(estate(), name).flatMap((route) => route.to ?? []);
  const recipient = to ?? known[0];
  if (recipient !== undefined && known.includes(recipient)) return recipient;
  const expected = known.length === 0 ? 'a route of this channel with `to`' : known.join(', ');
  throw new ProblemError([
    { code: 'request.invalid', where: 'body to', found: recipient ?? 'nothing', expected: expected.slice(0, 300) },
  ]);
}

function routesOf(estate: Estate, channel: string): readonly AlertRoute[] {
  return listed(estate, 'alert_routes').filter((route) => route.channel === channel);
}

function channelRow(
  estate: Estate,
  allSums: readonly DeliverySum[],
  name: string,
  channel: Channel,
): z.output<typeof channelSchema> {
  const sums = allSums.filter((sum) => sum.channel === name);
  const count = (wanted: Delivery['state']): number => sums.find((sum) => sum.state === wanted)?.deliveries ?? 0;
  const last = sums.find((sum) => sum.state === 'sent')?.lastEnded ?? null;
  return {
    name,
    kind: channel.kind,
    host: addressOf(channel),
    routes: routesOf(estate, name).map(({ id }) => id),
    waiting: count('waiting'),
    held: count('held'),
    undelivered: count('undelivered'),
    last_sent: last === null ? null : toIso(last),
  };
}

function addDeliveries(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/deliveries',
    config: { role: 'operate' },
    schema: {
      tags: ['alerts'],
      summary: 'What was told to whom, what waits and why, and what could not be told; the newest first',
      querystring: deliveriesQuerySchema,
      response: tableAnswersOf(deliveriesAnswerSchema),
    },
    handler: async (request, reply) => {
      const { state: states, channel: channels, route: routes, site, alert, since, ...page } = request.query;
      const view = callerView(request, parts);
      // Digests are of no one site: whoever sees a part of the estate sees what is of its sites.
      const limited = !seesAll(view) || site !== undefined;
      const sites = limited ? sitesOf(view, { site }).map(({ id }) => id) : undefined;
      const { limit, cursor, format } = page;
      const before = cursor === undefined ? undefined : Number(cursor);
      const filter = { states, channels, routes, sites, alert, since, before, limit: limit + 1 };
      const found = parts.state.deliveries(filter);
      const rows = found.slice(0, limit);
      return await sendTable(
        reply,
        {
          head: {},
          name: 'deliveries',
          rows: rows.map(deliveryRow),
          tail: { next_cursor: found.length > limit ? String(rows.at(-1)?.id ?? 0) : null },
          columns: Object.keys(deliverySchema.shape),
          file: 'deliveries',
        },
        wantedFormat(request, format),
      );
    },
  });
}

function deliveryRow(delivery: Delivery): z.output<typeof deliverySchema> {
  const { id, key, about, subject, notice, site, route, channel, recipient, state, because } = delivery;
  const { made, told, due, attempts, said, ended } = delivery;
  const instant = (at: number | null): string | null => (at === null ? null : toIso(at));
  return {
    id,
    key,
    about,
    alert: about === 'alert' ? subject : null,
    issue: about === 'issue' ? Number(subject) : null,
    notice,
    site,
    route,
    channel,
    recipient,
    state,
    because,
    planned: toIso(made),
    told: instant(told),
    due: state === 'held' || state === 'waiting' ? toIso(due) : null,
    attempts,
    said,
    ended: instant(ended),
  };
}
