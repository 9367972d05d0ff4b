import type { SeriesId } from '../domain/series.ts';
import type { Unit } from '../domain/units.ts';

/** What is measured: a unit, a unit per another, one in words, a share, or something Grafana says best itself. */
export type PanelUnit =
  | { readonly unit: Unit; readonly per?: Unit }
  | { readonly inWords: string }
  /** Whole numbers of something. */
  | { readonly counted: string }
  | { readonly share: true }
  | { readonly grafana: 'none' | 'dateTimeFromNow' | 'time:D MMM YYYY' | 's' | 'bytes' };

export interface Query {
  /** Name of the line, as people say it. `$tag_site` stands for the value of a tag. */
  readonly name: string;
  /** The series asked; it decides the data source. */
  readonly series: SeriesId;
  /** InfluxQL, with Grafana's `$timeFilter`, `$__interval` and the board's variables. */
  readonly influxql: string;
  readonly format?: 'time_series' | 'table';
  /** What others are held against: dashed, and nothing filled below it. */
  readonly dashed?: true;
}

/** A column of a table, in the place it is listed at. What is not known is a gap with a word: never 0. */
export interface Column {
  /** As the query names it, or a tag. */
  readonly of: string;
  /** The heading, where it is another. */
  readonly heading?: string;
  /** Of a number. */
  readonly measures?: PanelUnit;
  /** Where whole numbers, and tenths of what is in words, would say nothing. */
  readonly decimals?: number;
  /** The word in an empty cell. */
  readonly unknown?: string;
  /** Words for values. */
  readonly words?: Readonly<Record<string, string>>;
  /** A number is told in red from here on, and in green below. */
  readonly badFrom?: number;
  /** Pixels of a column that is wider or narrower than its share. */
  readonly width?: number;
}

export interface Panel {
  /** Stable for ever: links and alerts name it. */
  readonly id: number;
  readonly title: string;
  /** What to do with it, in a sentence: Grafana shows it where one points at the sign beside the title. */
  readonly says: string;
  readonly kind: 'timeseries' | 'stat' | 'table' | 'barchart';
  readonly measures: PanelUnit;
  readonly queries: readonly Query[];
  /** Place on the 24 columns of Grafana's grid. */
  readonly at: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** Shows other dates than the rest of the board: `364d` ago, the same weekdays of last year. */
  readonly earlierBy?: string;
  /** Steps of its time axis are never shorter: `1m` where there is a point a minute. */
  readonly step?: string;
  /** Shows this stretch up to now, `31d`, whatever the rest of the board does. */
  readonly within?: string;
  /** The heading of the column by which a table or the bars of a chart are sorted, the largest first. */
  readonly sortedBy?: string;
  readonly smallestFirst?: true;
  /** The heading by which rows are sorted that are alike in that column, the largest first. */
  readonly thenBy?: string;
  /** Of a bar chart: the tag whose values its bars stand at. */
  readonly across?: string;
  /** Of a table: these columns and no other. */
  readonly columns?: readonly Column[];
  /** `stacked`: bars that add up, one for each query. */
  readonly style?: 'line' | 'bars' | 'stacked';
  /** A count is told in red from here on. */
  readonly badFrom?: number;
  /** What is below zero is to be seen. */
  readonly signed?: true;
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly series: SeriesId;
  readonly influxql: string;
  readonly several: boolean;
}

/** What happened, as marks across the panels of a board that have a time. */
export interface Annotation {
  /** By this name it is switched on and off. */
  readonly name: string;
  readonly series: SeriesId;
  /** InfluxQL that answers `title`, `text` and `tags`, without groups. */
  readonly influxql: string;
  readonly color: 'red' | 'green' | 'blue' | 'orange' | 'purple';
  /** Not seen before somebody switches it on: it would cover what the board is about. */
  readonly off?: true;
}

export interface Board {
  /** Stable for ever: Grafana does not save a file whose uid changed under the same path. */
  readonly uid: string;
  readonly title: string;
  /** A sentence or two that stand at its head. */
  readonly says: string;
  readonly from: string;
  /** `now` where it is not said: a plan looks ahead. */
  readonly to?: string;
  readonly refresh: string;
  readonly variables: readonly Variable[];
  readonly annotations?: readonly Annotation[];
  readonly panels: readonly Panel[];
}
