import type { AlertRoute } from '../../domain/alerts/route-register.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import type { Channels } from './channels.ts';

/** What is wrong between the routes of a register and the channels that there are. */
export function routeFaults(estate: Estate, channels: Channels): readonly string[] {
  return listed(estate, 'alert_routes').flatMap((route) => faultOf(route, channels) ?? []);
}

function faultOf({ id, channel, to }: AlertRoute, channels: Channels): string | undefined {
  const found = channels.get(channel);
  if (!found) return `route ${id} names the channel ${channel}, which the file of channels has not`;
  if (found.kind === 'email' && !to) return `route ${id} goes by mail to nobody: it has no \`to\``;
  if (found.kind !== 'email' && to) return `route ${id} has a \`to\`, and ${channel} is no channel of mail`;
  return undefined;
}
