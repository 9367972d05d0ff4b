/** What the exit code of every command says. Documented in docs/command-line.md, which a test holds to this table. */
export const exitCodes = {
  ok: { code: 0, says: 'done, nothing to report' },
  failed: { code: 1, says: 'something went wrong that is not listed below; the log says what' },
  usage: { code: 2, says: 'the command line was not understood' },
  config: { code: 3, says: 'the configuration or this machine is not fit to start with' },
  estate: { code: 4, says: 'the estate folder has problems' },
  broker: { code: 5, says: 'the broker cannot be reached or refuses the login' },
  store: { code: 6, says: 'the store of readings or the state file cannot be used' },
  message: { code: 7, says: 'the message could not be decoded' },
  meters: { code: 8, says: 'all parts work, but a meter has not been heard from in time' },
  api: { code: 9, says: 'no running Meterhouse answers the command' },
  refused: { code: 10, says: 'the running Meterhouse refused what was asked, or could not do it' },
  grafana: { code: 11, says: 'Grafana does not answer, refuses, or has not what is committed' },
} as const satisfies Record<string, { code: number; says: string }>;

export type Exit = keyof typeof exitCodes;
