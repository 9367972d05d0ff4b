import { type Command, configOptions } from '../command.ts';
import { openHouse } from '../house.ts';
import { serviceLog } from '../log.ts';
import { runApi } from '../run-api.ts';

export const apiCommand: Command = {
  name: 'api',
  summary: 'serve figures over HTTP from InfluxDB',
  details: `
One of the two services of the real house; the other is \`ingest\`. It shares the data folder with ingest on the same
host. Beyond this machine every request needs a key: \`meterhouse key make\`.

  meterhouse api --port 8080`,
  options: {
    ...configOptions,
    host: { type: 'string', value: 'ADDRESS', describes: 'address to listen on', sets: 'api.host' },
    port: { type: 'string', value: 'PORT', describes: 'port to listen on, 0 for a free one', sets: 'api.port' },
  },
  async run(invocation) {
    const config = invocation.config();
    const log = serviceLog(config.log_level);
    const house = await openHouse({
      config,
      log,
      clock: invocation.clock,
      holder: 'api',
      embedded: false,
    });
    try {
      log.info({ address: await runApi(house) }, 'the API is ready');
      await invocation.stopped();
      log.info('stopping');
      return 'ok';
    } finally {
      await house.close();
    }
  },
};
