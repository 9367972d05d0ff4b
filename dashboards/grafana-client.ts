import { z } from 'zod';

/** Where a Grafana is and who asks: a service account's token. */
export interface GrafanaAddress {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
}

export class GrafanaError extends Error {
  readonly status: number;
  constructor(what: string, status: number, said: string) {
    super(`Grafana answered ${status} to ${what}: ${said.slice(0, 300)}`);
    this.name = 'GrafanaError';
    this.status = status;
  }
}

const healthSchema = z.object({ database: z.string(), version: z.string() });
const dataSourceHealthSchema = z.object({ status: z.string(), message: z.string() });
const foundSchema = z.array(z.object({ uid: z.string(), title: z.string() }));
const dashboardSchema = z.object({
  dashboard: z.record(z.string(), z.unknown()),
  meta: z.object({ provisioned: z.boolean().optional(), folderUid: z.string().optional() }),
});

/**
 * The part of Grafana's HTTP API that Meterhouse needs. npm has no `grafana-client`; this is ours, small and typed.
 * Every call rejects with a GrafanaError when Grafana says no, and with a TypeError of fetch when it cannot be reached.
 */
export function grafanaClient(address: GrafanaAddress): GrafanaClient {
  async function ask<T>(what: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, address.url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${address.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(address.timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new GrafanaError(what, answer.status, text);
    return schema.parse(JSON.parse(text));
  }
  return {
    health: () => ask('health', '/api/health', healthSchema),
    dataSourceHealth: (uid) =>
      ask(
        `the health of data source ${uid}`,
        `/api/datasources/uid/${encodeURIComponent(uid)}/health`,
        dataSourceHealthSchema,
      ),
    dashboards: () => ask('the list of dashboards', '/api/search?type=dash-db&tag=meterhouse', foundSchema),
    dashboard: (uid) => ask(`dashboard ${uid}`, `/api/dashboards/uid/${encodeURIComponent(uid)}`, dashboardSchema),
  };
}

export interface GrafanaClient {
  health(): Promise<z.output<typeof healthSchema>>;
  dataSourceHealth(uid: string): Promise<z.output<typeof dataSourceHealthSchema>>;
  /** Dashboards with the tag `meterhouse`. */
  dashboards(): Promise<z.output<typeof foundSchema>>;
  dashboard(uid: string): Promise<z.output<typeof dashboardSchema>>;
}
