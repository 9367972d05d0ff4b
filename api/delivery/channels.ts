import { z } from 'zod';
import { idSchema } from '../../domain/readings/reading.ts';

/**
 * The file of channels: how each is reached, with its secrets. It is configuration, kept apart from the estate folder,
 * whose routes name channels and nothing else. A secret stands in it or, better, in a file that it names.
 */

const file = z.string().min(1).max(4_096);
const user = z.string().min(1).max(254);
const secret = z.string().min(1).max(4_096);

const emailSchema = z.strictObject({
  kind: z.literal('email'),
  host: z.string().min(1).max(253),
  /** 587 with STARTTLS, 465 with TLS from the start, 25 without either. */
  port: z.number().int().min(1).max(65_535).optional(),
  tls: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  user: user.optional(),
  password: secret.optional(),
  password_file: file.optional(),
  /** The authority of the server's certificate, where it is not a public one. */
  ca_file: file.optional(),
  from: z
    .string()
    .min(3)
    .max(320)
    .regex(/^([^<>\r\n]*<)?[^\s<>@]+@[a-z0-9.-]+>?$/i, 'an address, or Name <address>'),
});

const teamsSchema = z.strictObject({
  kind: z.literal('teams'),
  /** The address of the Workflow. Whoever has it can post: it is a secret. */
  url: secret.optional(),
  url_file: file.optional(),
});

const webhookSchema = z.strictObject({
  kind: z.literal('webhook'),
  url: secret.optional(),
  url_file: file.optional(),
  bearer: secret.optional(),
  bearer_file: file.optional(),
  ca_file: file.optional(),
});

const mqttSchema = z.strictObject({
  kind: z.literal('mqtt'),
  url: z.string().regex(/^mqtts?:\/\/[^@/]+$/, 'an address as mqtts://host:8883, without a user in it'),
  /** Alerts are published below it: `topic/site/alert`. */
  topic: z
    .string()
    .max(200)
    .regex(/^[^+#\s/$][^+#\s]*[^+#\s/]$/, 'a topic without wildcards, not beginning with $'),
  user: user.optional(),
  password: secret.optional(),
  password_file: file.optional(),
  ca_file: file.optional(),
});

export const channelsFileSchema = z.strictObject({
  channels: z.record(idSchema, z.discriminatedUnion('kind', [emailSchema, teamsSchema, webhookSchema, mqttSchema])),
});
export type ChannelEntry = z.output<typeof channelsFileSchema>['channels'][string];

/** A channel with its secrets read, ready to be used. */
export type Channel =
  | {
      readonly kind: 'email';
      readonly host: string;
      readonly port: number;
      readonly tls: 'starttls' | 'tls' | 'none';
      readonly user?: string | undefined;
      readonly password?: string | undefined;
      readonly ca?: string | undefined;
      readonly from: string;
    }
  | {
      readonly kind: 'teams' | 'webhook';
      readonly url: string;
      readonly bearer?: string | undefined;
      readonly ca?: string | undefined;
    }
  | {
      readonly kind: 'mqtt';
      readonly url: string;
      readonly topic: string;
      readonly user?: string | undefined;
      readonly password?: string | undefined;
      readonly ca?: string | undefined;
    };

export type Channels = ReadonlyMap<string, Channel>;

export const usualPorts = { starttls: 587, tls: 465, none: 25 } as const;

/** Where a channel leads, in words that are no secret: of a webhook the host alone. */
export function addressOf(channel: Channel): string {
  return channel.kind === 'email' ? `${channel.host}:${channel.port}` : new URL(channel.url).host;
}

/** All that must never be said of a channel. */
export function secretsOf(channel: Channel): readonly string[] {
  const found =
    channel.kind === 'email' || channel.kind === 'mqtt'
      ? [channel.password]
      : [channel.url, new URL(channel.url).pathname.slice(1), channel.bearer];
  return found.filter((text) => text !== undefined && text.length > 3) as string[];
}
