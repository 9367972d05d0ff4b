import { type AlarmLoad, alarmLoad, practice, staleAfter } from '../../domain/alerts/alarm-load.ts';
import { limits } from '../../domain/limits.ts';
import { type Period, toIso } from '../../domain/time.ts';
import type { StateStore } from '../../store/state-store.ts';
import { toldNotices } from '../../store/told-notices.ts';
import { alarmLoadAnswerSchema, alarmLoadQuerySchema, loadDaySchema } from '../contract/deliveries.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';

/** `/v1/alarm-load`: how much each recipient is told, and how much of it was worth it. */
export function addAlarmLoadRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/alarm-load',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['alerts'],
      summary: 'How much people are told: by recipient and day, floods, stale alerts, nuisances',
      querystring: alarmLoadQuerySchema,
      response: tableAnswersOf(alarmLoadAnswerSchema),
    },
    handler: async (request, reply) => {
      const { from, to, format } = request.query;
      const { load, warnings } = loadOf(parts.state, { from, to });
      const stale = parts.state.openSince(parts.clock() - staleAfter);
      const { raised, judged, nuisances, floodShare } = load;
      const rows = load.days.map(({ severity1, mostInTenMinutes, ...day }) => ({
        ...day,
        severity_1: severity1,
        most_in_ten_minutes: mostInTenMinutes,
      }));
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            raised,
            stale,
            judged,
            nuisances,
            nuisance_share: judged === 0 ? null : nuisances / judged,
            flood_share: floodShare,
            practice,
            warnings,
          },
          name: 'days',
          rows,
          columns: Object.keys(loadDaySchema.shape),
          file: 'alarm-load',
        },
        wantedFormat(request, format),
      );
    },
  });
}

function loadOf(state: StateStore, period: Period): { readonly load: AlarmLoad; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const alerts = state.alerts({ since: period.from, limit: limits.alarmLoadAlerts });
  if (alerts.length === limits.alarmLoadAlerts) {
    warnings.push('more alerts were there than are looked at: the earliest are left out');
  }
  const severities = new Map(alerts.map(({ id, severity }) => [id, severity]));
  const { notices, all } = toldNotices(state, period, (alert) => severities.get(alert));
  if (!all) warnings.push('more was told than is looked at: the earliest is left out');
  return { load: alarmLoad(period, notices, alerts), warnings };
}
