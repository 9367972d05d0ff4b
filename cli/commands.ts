import type { Command } from './command.ts';

/**
 * How each command is loaded, in the order in which a newcomer meets them. Only the one that was asked for is: the
 * house with its brokers and databases takes a second, and `check` or `report` should not wait for it.
 */
const loading: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['start', async () => (await import('./commands/start.ts')).startCommand],
  ['check', async () => (await import('./commands/check.ts')).checkCommand],
  ['decode', async () => (await import('./commands/decode.ts')).decodeCommand],
  ['doctor', async () => (await import('./commands/doctor.ts')).doctorCommand],
  ['ingest', async () => (await import('./commands/ingest.ts')).ingestCommand],
  ['api', async () => (await import('./commands/api.ts')).apiCommand],
  ['import', async () => (await import('./commands/import.ts')).importCommand],
  ['read', async () => (await import('./commands/enter.ts')).readCommand],
  ['invoice', async () => (await import('./commands/enter.ts')).invoiceCommand],
  ['simulate', async () => (await import('./commands/simulate.ts')).simulateCommand],
  ['inbox', async () => (await import('./commands/inbox.ts')).inboxCommand],
  ['quarantine', async () => (await import('./commands/quarantine.ts')).quarantineCommand],
  ['issues', async () => (await import('./commands/issues.ts')).issuesCommand],
  ['alerts', async () => (await import('./commands/alerts.ts')).alertsCommand],
  ['explain', async () => (await import('./commands/explain.ts')).explainCommand],
  ['sign-off', async () => (await import('./commands/sign-off.ts')).signOffCommand],
  ['ruling', async () => (await import('./commands/ruling.ts')).rulingCommand],
  ['exchange', async () => (await import('./commands/exchange.ts')).exchangeCommand],
  ['rego', async () => (await import('./commands/rego.ts')).regoCommand],
  ['purge', async () => (await import('./commands/purge.ts')).purgeCommand],
  ['report', async () => (await import('./commands/report.ts')).reportCommand],
  ['plan', async () => (await import('./commands/plan.ts')).planCommand],
  ['tariff', async () => (await import('./commands/tariff.ts')).tariffCommand],
  ['budget', async () => (await import('./commands/budget.ts')).budgetCommand],
  ['bill', async () => (await import('./commands/bill.ts')).billCommand],
  ['grafana', async () => (await import('./commands/grafana.ts')).grafanaCommand],
  ['key', async () => (await import('./commands/key.ts')).keyCommand],
  ['secrets', async () => (await import('./commands/secrets.ts')).secretsCommand],
]);

export const commandNames: readonly string[] = [...loading.keys()];

/** The command of this name; undefined when there is none. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return await loading.get(name)?.();
}

/** Every command, in the same order. */
export async function everyCommand(): Promise<readonly Command[]> {
  return await Promise.all([...loading.values()].map((load) => load()));
}
