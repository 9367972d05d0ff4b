import { series } from '../domain/series.ts';
import { unitLabel } from '../domain/units.ts';
import { named } from './every-board.ts';
import type { Annotation, Board, Column, Panel, PanelUnit, Query, Variable } from './panel.ts';

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
    time: { from: board.from, to: board.to ?? 'now' },
    refresh: board.refresh,
    graphTooltip: 1,
    links: others(board).map(({ title, uid }) => ({
      title,
      type: 'link',
      url: `/d/${uid}`,
      keepTime: true,
      includeVars: true,
      targetBlank: false,
    })),
    templating: { list: board.variables.map(variableJson) },
    annotations: { list: (board.annotations ?? []).map(annotationJson) },
    panels: [headJson(board), ...board.panels.map(panelJson)],
  };
}

function others(board: Board): { readonly title: string; readonly uid: string }[] {
  return Object.values(named).filter(({ uid }) => uid !== board.uid);
}

/** Rows of the grid that the head takes. */
const headHeight = 2;

/** What the board is for, where it is seen: Grafana keeps the description of a dashboard to its settings. */
function headJson({ says }: Board): Record<string, unknown> {
  return {
    // No panel of ours has it.
    id: 1_000,
    type: 'text',
    title: '',
    transparent: true,
    gridPos: { x: 0, y: 0, w: 24, h: headHeight },
    options: { mode: 'markdown', content: says },
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

/** The query stands twice: older versions of Grafana read it beside the columns, newer ones in the target. */
function annotationJson({ name, series: of, influxql, color, off }: Annotation): Record<string, unknown> {
  const asked = { query: influxql, titleColumn: 'title', textColumn: 'text', tagsColumn: 'tags', timeEndColumn: '' };
  return {
    name,
    datasource: dataSourceOf({ series: of }),
    enable: !off,
    hide: false,
    iconColor: color,
    ...asked,
    target: { refId: 'Anno', queryType: 'tags', fromAnnotations: true, rawQuery: true, name, ...asked },
  };
}

function panelJson(panel: Panel): Record<string, unknown> {
  return {
    id: panel.id,
    type: panel.kind,
    title: panel.title,
    description: panel.says,
    gridPos: { ...panel.at, y: panel.at.y + headHeight },
    datasource: panel.queries[0] && dataSourceOf(panel.queries[0]),
    targets: panel.queries.map(targetJson),
    ...(panel.step === undefined ? {} : { interval: panel.step }),
    ...(panel.earlierBy === undefined ? {} : { timeShift: panel.earlierBy, hideTimeOverride: false }),
    ...(panel.within === undefined ? {} : { timeFrom: panel.within, hideTimeOverride: false }),
    fieldConfig: {
      defaults: {
        unit: grafanaUnit(panel.measures),
        ...(panel.signed ? {} : { min: 0 }),
        ...(panel.badFrom === undefined ? {} : judgedFrom(panel.badFrom)),
        ...styleJson(panel),
      },
      overrides: [...(panel.columns ?? []).map(columnJson), ...panel.queries.flatMap(dashedJson)],
    },
    options: optionsJson(panel),
    ...(panel.columns ? { transformations: [onlyColumns(panel.columns)] } : {}),
    ...(panel.across ? { transformations: [withoutTime, ...sortedBars(panel)] } : {}),
  };
}

function targetJson(query: Query, index: number): Record<string, unknown> {
  return {
    refId: refIdOf(index),
    datasource: dataSourceOf(query),
    rawQuery: true,
    query: query.influxql,
    resultFormat: query.format ?? 'time_series',
    alias: query.name,
  };
}

function headingOf({ of, heading }: Column): string {
  return heading ?? of;
}

/** The columns in their order under their headings; the time is left out where it is none of them. */
function onlyColumns(columns: readonly Column[]): Record<string, unknown> {
  return {
    id: 'organize',
    options: {
      excludeByName: columns.some(({ of }) => of === 'Time') ? {} : { Time: true },
      indexByName: Object.fromEntries(columns.map(({ of }, index) => [of, index])),
      renameByName: Object.fromEntries(columns.map((column) => [column.of, headingOf(column)])),
    },
  };
}

/** Bars that stand at the values of a tag have no time. */
const withoutTime = { id: 'organize', options: { excludeByName: { Time: true } } };

function sortedBars({ sortedBy, smallestFirst }: Panel): Record<string, unknown>[] {
  if (sortedBy === undefined) return [];
  return [{ id: 'sortBy', options: { sort: [{ field: sortedBy, desc: !smallestFirst }] } }];
}

function columnJson(column: Column): Record<string, unknown> {
  const { measures, unknown, words, badFrom, width } = column;
  const decimals = column.decimals ?? (measures && 'inWords' in measures ? 1 : 0);
  const judged = badFrom === undefined ? {} : judgedFrom(badFrom);
  const properties = {
    // A text has no unit of the panel.
    unit: grafanaUnit(measures ?? { grafana: 'none' }),
    ...(measures && !('grafana' in measures) ? { decimals } : {}),
    ...(unknown === undefined ? {} : { noValue: unknown }),
    ...(words ? { mappings: [{ type: 'value', options: mappingsOf(words) }] } : {}),
    ...judged,
    ...(badFrom === undefined ? {} : { 'custom.cellOptions': { type: 'color-text' } }),
    ...(width === undefined ? {} : { 'custom.width': width }),
  };
  const list = Object.entries(properties).map(([id, value]) => ({ id, value }));
  return { matcher: { id: 'byName', options: headingOf(column) }, properties: list };
}

function mappingsOf(words: Readonly<Record<string, string>>): Record<string, { text: string; index: number }> {
  return Object.fromEntries(Object.entries(words).map(([value, text], index) => [value, { text, index }]));
}

function judgedFrom(value: number): Record<string, unknown> {
  const steps = [
    { color: 'green', value: null },
    { color: 'red', value },
  ];
  return { color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps } };
}

function dashedJson(query: Query, index: number): Record<string, unknown>[] {
  if (!query.dashed) return [];
  const properties = [
    // A line among bars, too.
    { id: 'custom.drawStyle', value: 'line' },
    { id: 'custom.lineWidth', value: 2 },
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
    { id: 'custom.fillOpacity', value: 0 },
  ];
  return [{ matcher: { id: 'byFrameRefID', options: refIdOf(index) }, properties }];
}

function refIdOf(index: number): string {
  return String.fromCodePoint(65 + index);
}

/** Our own labels rather than Grafana's unit ids, so that a unit reads the same everywhere in the house. */
export function grafanaUnit(measures: PanelUnit): string {
  if ('share' in measures) return 'percentunit';
  if ('inWords' in measures) return `suffix: ${measures.inWords}`;
  if ('counted' in measures) return `suffix: ${measures.counted}`;
  if ('grafana' in measures) return measures.grafana;
  // Before the number, as money is written.
  if (measures.unit === 'GBP' && measures.per === undefined) return 'currencyGBP';
  return `suffix: ${unitLabel(measures.unit, measures.per)}`;
}

function styleJson(panel: Panel): Record<string, unknown> {
  if (panel.kind === 'barchart')
    return { custom: { lineWidth: 0, fillOpacity: 70, axisLabel: axisLabel(panel.measures) } };
  if (panel.kind !== 'timeseries') return {};
  const bars = panel.style === 'bars' || panel.style === 'stacked';
  return {
    custom: {
      drawStyle: bars ? 'bars' : 'line',
      lineWidth: bars ? 0 : 2,
      fillOpacity: bars ? 70 : 8,
      // A gap is a gap: nothing is drawn across what is not known.
      spanNulls: false,
      axisLabel: axisLabel(panel.measures),
      ...(panel.style === 'stacked' ? { stacking: { mode: 'normal', group: 'A' } } : {}),
    },
  };
}

function axisLabel(measures: PanelUnit): string {
  if ('unit' in measures) return unitLabel(measures.unit, measures.per);
  if ('counted' in measures) return measures.counted;
  return 'inWords' in measures ? measures.inWords : '';
}

function optionsJson(panel: Panel): Record<string, unknown> {
  if (panel.kind === 'stat') {
    return { reduceOptions: { calcs: ['lastNotNull'], values: false }, colorMode: 'value', graphMode: 'none' };
  }
  if (panel.kind === 'table') {
    const sortBy = [
      ...(panel.sortedBy === undefined ? [] : [{ displayName: panel.sortedBy, desc: !panel.smallestFirst }]),
      ...(panel.thenBy === undefined ? [] : [{ displayName: panel.thenBy, desc: true }]),
    ];
    return { showHeader: true, cellHeight: 'sm', ...(sortBy.length > 0 && { sortBy }) };
  }
  if (panel.kind === 'barchart') {
    return { xField: panel.across, orientation: 'vertical', stacking: 'none', xTickLabelSpacing: 100, ...legend([]) };
  }
  return legend(['max', 'mean']);
}

function legend(calcs: readonly string[]): Record<string, unknown> {
  return { legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs } };
}
