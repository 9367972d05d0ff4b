import type { Command } from './command.ts';
import { apiCommand } from './commands/api.ts';
import { checkCommand } from './commands/check.ts';
import { decodeCommand } from './commands/decode.ts';
import { doctorCommand } from './commands/doctor.ts';
import { invoiceCommand, readCommand } from './commands/enter.ts';
import { exchangeCommand } from './commands/exchange.ts';
import { explainCommand } from './commands/explain.ts';
import { importCommand } from './commands/import.ts';
import { inboxCommand } from './commands/inbox.ts';
import { ingestCommand } from './commands/ingest.ts';
import { issuesCommand } from './commands/issues.ts';
import { keyCommand } from './commands/key.ts';
import { purgeCommand } from './commands/purge.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { regoCommand } from './commands/rego.ts';
import { reportCommand } from './commands/report.ts';
import { rulingCommand } from './commands/ruling.ts';
import { secretsCommand } from './commands/secrets.ts';
import { signOffCommand } from './commands/sign-off.ts';
import { simulateCommand } from './commands/simulate.ts';
import { startCommand } from './commands/start.ts';
import { tariffCommand } from './commands/tariff.ts';

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly Command[] = [
  startCommand,
  checkCommand,
  decodeCommand,
  doctorCommand,
  ingestCommand,
  apiCommand,
  importCommand,
  readCommand,
  invoiceCommand,
  simulateCommand,
  inboxCommand,
  quarantineCommand,
  issuesCommand,
  explainCommand,
  signOffCommand,
  rulingCommand,
  exchangeCommand,
  regoCommand,
  purgeCommand,
  reportCommand,
  tariffCommand,
  keyCommand,
  secretsCommand,
];
