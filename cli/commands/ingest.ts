import { type Command, configOptions } from '../command.ts';
import { openHouse } from '../house.ts';
import { serviceLog } from '../log.ts';
import { runIngest } from '../run-ingest.ts';

export const ingestCommand: Command = {
  name: 'ingest',
  summary: 'take messages from a broker into InfluxDB and work out half-hours',
  details: `
One of the two services of the real house; the other is \`api\`. A message is acknowledged when it is safe. Exactly one
process derives; more of them, with client ids of their own, share the messages with --no-derive.

  meterhouse ingest --config meterhouse.yaml`,
  options: {
    ...configOptions,
    'no-derive': { type: 'boolean', describes: 'book messages only; another process works out half-hours' },
  },
  async run(invocation) {
    const read = invocation.config();
    const derives = read.ingest.derive && invocation.flags['no-derive'] !== true;
    const config = { ...read, ingest: { ...read.ingest, derive: derives } };
    const log = serviceLog(config.log_level);
    const holder = config.broker.kind === 'mqtt' ? config.broker.client_id : 'ingest';
    const house = await openHouse({ config, log, clock: invocation.clock, holder, embedded: false });
    try {
      const { opened } = runIngest(house);
      const live = async (): Promise<void> => {
        await opened;
        log.info({ broker: config.broker.url, store: config.store.url, derives }, 'ingest is ready');
        await invocation.stopped();
      };
      // A broker that is not reached yet must not keep the process from being stopped.
      await Promise.race([live(), invocation.stopped()]);
      log.info('stopping');
      return 'ok';
    } finally {
      await house.close();
    }
  },
};
