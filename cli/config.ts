import { z } from 'zod';
import { spanSchema } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';

const port = z.number().int().min(0).max(65_535);
const clientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _, at most 64');
const mqttAddress = z.string().regex(/^mqtts?:\/\//, 'an address as mqtt://host:1883');
const databaseName = z.string().regex(/^[a-z0-9_-]{1,40}$/, 'lower-case letters, digits, - and _, at most 40');

/**
 * The whole configuration. A file (`meterhouse.yaml`), then environment variables, then flags; the later wins. The
 * variable of `store.url` is METERHOUSE_STORE_URL, and METERHOUSE_STORE_TOKEN_FILE names a file that holds the secret.
 */
export const configSchema = z.strictObject({
  estate: z.string().min(1).default('estates/sample').describe('folder of the estate register'),
  data: z.string().min(1).default('data').describe('folder for the state file, the embedded store and the spool'),
  log_level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('how much the log says'),
  broker: z
    .strictObject({
      kind: z
        .enum(['embedded', 'mqtt'])
        .default('embedded')
        .describe('the broker inside, or a session with one outside'),
      host: z.string().default('127.0.0.1').describe('embedded: address to listen on'),
      port: port.default(1883).describe('embedded: port to listen on, 0 for a free one'),
      password_file: z.string().optional().describe('embedded: users and hashed passwords; demanded beyond loopback'),
      url: mqttAddress.optional().describe('mqtt: address of the broker'),
      user: z.string().optional().describe('mqtt: user name'),
      password: z.string().optional().describe('mqtt: password; better from a file'),
      client_id: clientId.default('meterhouse-ingest').describe('mqtt: stable name of this session'),
      topics: z.array(z.string().min(1)).min(1).default(['#']).describe('mqtt: filters to subscribe to'),
      tls_ca: z.string().optional().describe('mqtt: file with the certificate of the authority'),
      tls_cert: z.string().optional().describe('mqtt: file with our certificate'),
      tls_key: z.string().optional().describe('mqtt: file with our key'),
    })
    .prefault({}),
  store: z
    .strictObject({
      kind: z
        .enum(['duckdb', 'influxdb'])
        .default('duckdb')
        .describe('the embedded store, or InfluxDB 1.x, 2.x or 3.x'),
      url: z
        .string()
        .regex(/^https?:\/\//, 'an address as http://host:8086')
        .optional()
        .describe('influxdb: address'),
      user: z.string().default('any').describe('influxdb: user on 1.x, anything on 2.x and 3.x'),
      token: z.string().optional().describe('influxdb: token, or the password on 1.x; better from a file'),
      database: databaseName.default('meterhouse').describe('influxdb: first part of the names of both databases'),
      spool_bytes: z
        .number()
        .int()
        .min(65_536)
        .default(limits.spoolBytes)
        .describe('influxdb: bytes on disk for what waits while the database is away'),
    })
    .prefault({}),
  api: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address to listen on'),
      port: port.default(8080).describe('port to listen on, 0 for a free one'),
      auth: z
        .enum(['keys', 'off', 'auto'])
        .default('auto')
        .describe('keys, off, or auto: off on loopback, keys elsewhere'),
      url: z
        .string()
        .regex(/^https?:\/\//, 'an address as http://host:8080')
        .optional()
        .describe('where commands find a running Meterhouse, if not at host and port'),
      public_url: z
        .string()
        .regex(/^https?:\/\/[^/?#\s]+\/?$/, 'an address as https://energy.trust.example, without a path')
        .transform((address) => address.replace(/\/$/, ''))
        .optional()
        .describe(
          'where people open the console; alerts that are told link to it, and with https its sign-in needs TLS',
        ),
      key: z.string().optional().describe('the API key that commands send; better from a file'),
    })
    .prefault({}),
  ingest: z
    .strictObject({
      derive: z.boolean().default(true).describe('whether this process works out half-hours; exactly one should'),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      watch: z
        .boolean()
        .default(true)
        .describe('whether this process looks for abnormal use; of those that may, one does'),
    })
    .prefault({}),
  grid_intensity: z
    .strictObject({
      url: z
        .string()
        .regex(/^https?:\/\//, 'an address as https://api.carbonintensity.org.uk')
        .optional()
        .describe(
          'base address from which the carbon intensity of grids is fetched, for each observed series with a region; never without it',
        ),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      channels: z
        .string()
        .min(1)
        .optional()
        .describe('file of the channels by which alerts are told: docs/alert-delivery.md; nobody is told without it'),
      link: z
        .string()
        .regex(/^https?:\/\//, 'an address as https://energy.trust.example/alerts/{alert}')
        .optional()
        .describe(
          'address that people open from what they are told instead of the console, with {alert} and {site} in it',
        ),
    })
    .prefault({}),
  grafana: z
    .strictObject({
      url: z
        .string()
        .regex(/^https?:\/\//, 'an address as http://host:3000')
        .default('http://127.0.0.1:3000')
        .describe('where `meterhouse grafana` finds Grafana'),
      token: z.string().optional().describe('the token of a service account of Grafana; better from a file'),
    })
    .prefault({}),
  simulator: z
    .strictObject({
      enabled: z.boolean().optional().describe('run simulated meters; on for the sample estate, off for any other'),
      interval: spanSchema.prefault('10s').describe('how often each simulated meter speaks'),
      history_months: z.number().int().min(0).max(60).default(27).describe('months of history made at the first start'),
      seed: z.number().int().min(0).default(1).describe('another seed, another life of the same estate'),
    })
    .prefault({}),
});
export type Config = z.output<typeof configSchema>;

/** Keys whose values are never printed, and which may come from a file by METERHOUSE_…_FILE. */
const secretPaths = new Set(['broker.password', 'store.token', 'api.key', 'grafana.token']);

export interface Setting {
  /** `store.url` */
  readonly path: string;
  /** `METERHOUSE_STORE_URL` */
  readonly variable: string;
  readonly describes: string;
  readonly secret: boolean;
  readonly kind: 'number' | 'boolean' | 'list' | 'text';
}

/** Every key of the configuration with its environment variable: the docs and the compose file are held to it. */
export function settings(): Setting[] {
  return leavesOf(configSchema, '');
}

function leavesOf(schema: z.ZodType, path: string): Setting[] {
  const inner = withoutDefaults(schema);
  if (inner instanceof z.ZodObject) {
    const shape: Record<string, z.ZodType> = inner.shape;
    return Object.entries(shape).flatMap(([key, value]) => leavesOf(value, path === '' ? key : `${path}.${key}`));
  }
  const kind =
    inner instanceof z.ZodNumber
      ? 'number'
      : inner instanceof z.ZodBoolean
        ? 'boolean'
        : inner instanceof z.ZodArray
          ? 'list'
          : 'text';
  const variable = `METERHOUSE_${path.replaceAll('.', '_').toUpperCase()}`;
  return [{ path, variable, describes: schema.description ?? '', secret: secretPaths.has(path), kind }];
}

function withoutDefaults(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodOptional) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}
