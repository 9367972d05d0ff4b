import type { LoadDay } from '../alerts/alarm-load.ts';
import type { ShownPoint } from '../series.ts';
import { startOfDay } from '../time.ts';

/**
 * What was told on the days of a list, a point for each channel: how many people, and how much the one who was told
 * most. Who that is says the API: an address is no tag of a series that is kept for ever.
 */
export function alarmLoadPoints(days: readonly LoadDay[]): ShownPoint[] {
  return [...Map.groupBy(days, ({ date, channel }) => `${date} ${channel}`).values()].map((list): ShownPoint => {
    const [{ date, channel }] = list as [LoadDay];
    const sum = (of: (day: LoadDay) => number): number => list.reduce((all, day) => all + of(day), 0);
    const most = (of: (day: LoadDay) => number): number => Math.max(...list.map(of));
    const fields = {
      recipients: list.length,
      notices: sum(({ notices }) => notices),
      notices_of_one: most(({ notices }) => notices),
      at_once: sum(({ severity1 }) => severity1),
      most_in_ten_minutes: most(({ mostInTenMinutes }) => mostInTenMinutes),
      floods: sum(({ floods }) => floods),
    };
    return { series: 'day_alarm_load', tags: { channel }, fields, at: startOfDay(date) };
  });
}
