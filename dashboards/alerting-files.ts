import { stringify } from 'yaml';
import { itself } from './boards/itself.ts';
import { dataSourceOf } from './grafana-json.ts';
import { type HouseRule, houseRules, type RuleQuery } from './house-rules.ts';

/**
 * What Grafana provisions of alerting, after its page on file provisioning (grafana.com/docs/grafana/latest/alerting/
 * set-up/provision-alerting-resources/file-provisioning/). Grafana puts variables of its environment into everything
 * but annotations and the models of queries, so nothing else may hold a dollar sign that is not one of those.
 */
export const alertingFiles: ReadonlyMap<string, string> = new Map([
  [
    'rules.yaml',
    written('What Grafana watches of Meterhouse itself, which may be what is broken.', {
      groups: [
        {
          orgId: 1,
          name: 'Meterhouse itself',
          // Not the folder of the boards: alerting is provisioned before them and would make theirs under another uid.
          folder: 'Meterhouse alerts',
          interval: '1m',
          rules: houseRules.map(ruleFile),
        },
      ],
    }),
  ],
  [
    'contact-points.yaml',
    written('Whom Grafana tells. Who they are comes from its environment; Grafana takes no empty address.', {
      contactPoints: [
        {
          orgId: 1,
          name: 'Meterhouse',
          receivers: [
            {
              uid: 'meterhouse-mail',
              type: 'email',
              // One mail to all of them, so that each sees who else was told.
              settings: { addresses: '$GRAFANA_MAIL_TO', singleEmail: true },
            },
          ],
        },
      ],
    }),
  ],
  [
    'policies.yaml',
    written('One mail for all that begins together. This is the whole tree of policies of the Grafana that reads it.', {
      policies: [
        {
          orgId: 1,
          receiver: 'Meterhouse',
          group_by: ['grafana_folder'],
          // What has the same cause is noticed within two evaluations.
          group_wait: '2m',
          group_interval: '10m',
          // Said once a day while it lasts.
          repeat_interval: '24h',
        },
      ],
    }),
  ],
]);

function written(says: string, content: Readonly<Record<string, unknown>>): string {
  const heading = `# ${says} Written by \`npm run dashboards\`.\n`;
  return heading + stringify({ apiVersion: 1, ...content }, { lineWidth: 0 });
}

function ruleFile(rule: HouseRule): Readonly<Record<string, unknown>> {
  const { uid, title, queries, fires, lasts, noData, noAnswer, severity, panel, says, todo } = rule;
  return {
    uid,
    title,
    condition: 'fires',
    data: [...queries.flatMap(queryData), conditionData(fires)],
    noDataState: noData,
    execErrState: noAnswer,
    for: `${lasts}s`,
    dashboardUid: itself.uid,
    panelId: itself.panels.find((one) => one.title === panel)?.id,
    annotations: { summary: says, description: todo },
    labels: { severity },
    isPaused: false,
  };
}

/** The question under a name of its own, and the number that it comes to under the rule's. */
function queryData({ refId, window, influxql, reducer }: RuleQuery): Readonly<Record<string, unknown>>[] {
  const datasource = dataSourceOf({ series: 'house' });
  const asked = `${refId}_points`;
  return [
    {
      refId: asked,
      relativeTimeRange: { from: window, to: 0 },
      datasourceUid: datasource.uid,
      model: {
        refId: asked,
        datasource,
        rawQuery: true,
        query: influxql,
        resultFormat: 'time_series',
        intervalMs: 60_000,
        maxDataPoints: 43_200,
      },
    },
    // A stretch without a number is left out rather than taken for the last one.
    expressionData(refId, { type: 'reduce', expression: asked, reducer, settings: { mode: 'dropNN' } }),
  ];
}

function conditionData(fires: HouseRule['fires']): Readonly<Record<string, unknown>> {
  if ('math' in fires) {
    return expressionData('fires', { type: 'math', expression: fires.math });
  }
  const conditions = [{ evaluator: { type: fires.is, params: [fires.than] } }];
  return expressionData('fires', { type: 'threshold', expression: fires.of, conditions });
}

function expressionData(refId: string, model: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const datasource = { type: '__expr__', uid: '__expr__' };
  return {
    refId,
    relativeTimeRange: { from: 0, to: 0 },
    datasourceUid: '__expr__',
    model: { refId, datasource, ...model },
  };
}
