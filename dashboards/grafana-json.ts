import { series } from '../domain/series.ts';
import { unitLabel } from '../domain/units.ts';
import type { Board, Panel, PanelUnit, Query, Variable } from './panel.ts';

/** The data source that holds a series; provisioned under this uid. */
export function dataSourceOf(query: Pick<Query, 'series'>): { type: 'influxdb'; uid: string } {
  return { type: 'influxdb', uid: `meterhouse-${series[query.series].database}` };
}

/** A board in Grafana's JSON (schema version 42, which every later Grafana migrates when it loads it). */
export function grafanaJson(board: Board): Record<string, unknown> {
  return {
    uid: board.uid,
    title: board.title,
    description: board.says,
    tags: ['meterhouse'],
    schemaVersion: 42,
    version: 1,
    editable: false,
    // Days and half-hours are London's, wherever the reader sits.
    timezone: 'Europe/London',
    weekStart: 'monday',
    time: { from: board.from, to: 'now' },
    refresh: board.refresh,
    graphTooltip: 1,
    links: board.links.map(({ title, uid }) => ({
      title,
      type: 'link',
      url: `/d/${uid}`,
      keepTime: true,
      includeVars: true,
      targetBlank: false,
    })),
    templating: { list: board.variables.map(variableJson) },
    annotations: { list: [] },
    panels: board.panels.map(panelJson),
  };
}

function variableJson(variable: Variable): Record<string, unknown> {
  return {
    name: variable.name,
    label: variable.label,
    type: 'query',
    datasource: dataSourceOf(variable),
    query: variable.influxql,
    definition: variable.influxql,
    refresh: 2,
    sort: 1,
    multi: variable.several,
    includeAll: variable.several,
    ...(variable.several ? { current: { text: 'All', value: '$__all' } } : {}),
  };
}

function panelJson(panel: Panel): Record<string, unknown> {
  return {
    id: panel.id,
    type: panel.kind,
    title: panel.title,
    description: panel.says,
    gridPos: panel.at,
    datasource: panel.queries[0] && dataSourceOf(panel.queries[0]),
    targets: panel.queries.map(targetJson),
    ...(panel.earlierBy === undefined ? {} : { timeShift: panel.earlierBy, hideTimeOverride: false }),
    fieldConfig: {
      defaults: { unit: grafanaUnit(panel.measures), ...(panel.signed ? {} : { min: 0 }), ...styleJson(panel) },
      overrides: [],
    },
    options: optionsJson(panel),
  };
}

function targetJson(query: Query, index: number): Record<string, unknown> {
  return {
    refId: String.fromCodePoint(65 + index),
    datasource: dataSourceOf(query),
    rawQuery: true,
    query: query.influxql,
    resultFormat: query.format ?? 'time_series',
    alias: query.name,
  };
}

/** Our own labels rather than Grafana's unit ids, so that a unit reads the same everywhere in the house. */
export function grafanaUnit(measures: PanelUnit): string {
  if ('share' in measures) return 'percentunit';
  if ('grafana' in measures) return measures.grafana;
  return `suffix: ${unitLabel(measures.unit, measures.per)}`;
}

function styleJson(panel: Panel): Record<string, unknown> {
  if (panel.kind !== 'timeseries') return {};
  const bars = panel.style === 'bars';
  return {
    custom: {
      drawStyle: bars ? 'bars' : 'line',
      lineWidth: bars ? 0 : 2,
      fillOpacity: bars ? 70 : 8,
      // A gap is a gap: nothing is drawn across what is not known.
      spanNulls: false,
      axisLabel: 'unit' in panel.measures ? unitLabel(panel.measures.unit, panel.measures.per) : '',
    },
  };
}

function optionsJson(panel: Panel): Record<string, unknown> {
  if (panel.kind === 'stat') {
    return { reduceOptions: { calcs: ['lastNotNull'], values: false }, colorMode: 'value', graphMode: 'none' };
  }
  if (panel.kind === 'table') {
    const sortBy = panel.sortedBy === undefined ? {} : { sortBy: [{ displayName: panel.sortedBy, desc: true }] };
    return { showHeader: true, cellHeight: 'sm', ...sortBy };
  }
  return { legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs: ['max', 'mean'] } };
}
