import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { startInflux } from './influx.ts';
import { describeWith, serverNames } from './locate.ts';
import { startMosquitto } from './mosquitto.ts';

describeWith(serverNames, 'the servers the tests bring', () => {
  test('Mosquitto takes a login and refuses a wrong one', async () => {
    const broker = await startMosquitto({ users: { gateway: 'right' } });
    const client = await connectAsync(broker.url, { username: 'gateway', password: 'right' });
    await client.endAsync();
    await expect(
      connectAsync(broker.url, { username: 'gateway', password: 'wrong', reconnectPeriod: 0 }),
    ).rejects.toThrow(/Not authorized/);
    await broker.stop();
  });

  test('InfluxDB keeps what it has across kill -9', async () => {
    const influx = await startInflux({ databases: ['kept'] });
    await influx.crash();
    await influx.restart();
    expect(JSON.stringify(await influx.ask('SHOW DATABASES'))).toContain('kept');
    await influx.stop();
  });
});
