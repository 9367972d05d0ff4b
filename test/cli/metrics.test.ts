import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeWith, findServer } from '../servers/locate.ts';
import { end, startChild, until } from '../servers/process.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-metrics-'));
afterAll(() => rmSync(folder, { recursive: true }));

describeWith(['promtool'], 'the metrics of a running house', () => {
  test('lint clean, those of ingest and of the API together', async () => {
    const flags = ['--data', folder, '--no-simulate', '--port', '0', '--broker-port', '0'];
    const { child, output } = startChild(process.execPath, ['meterhouse.js', 'start', ...flags], { cwd: root });
    await until('the house to be ready', () => output().includes('metrics'));
    const [address = ''] = /http:\/\/\S+\/metrics/.exec(output()) ?? [];
    const metrics = await (await fetch(address)).text();
    await end(child, 'SIGINT');
    expect(metrics).toContain('meterhouse_messages_total{term="received"} 0');
    const promtool = findServer('promtool') ?? '';
    const lint = spawnSync(promtool, ['check', 'metrics'], { input: metrics, encoding: 'utf8' });
    expect(`${lint.stdout}${lint.stderr}`).toBe('');
    expect(lint.status).toBe(0);
  });
});
