import { influxql } from './influxql.ts';

/** A question to the series `house`, and what becomes of its points: one number for each series of the answer. */
export interface RuleQuery {
  readonly refId: string;
  /** How far back it looks, seconds. */
  readonly window: number;
  readonly influxql: string;
  readonly reducer: 'last' | 'sum' | 'min' | 'max';
}

/** What Grafana does when a question is answered by nothing, or not answered. */
type WithoutAnswer = 'Alerting' | 'OK' | 'KeepLast';

/** A rule that Grafana evaluates itself, since Meterhouse may be what is broken. */
export interface HouseRule {
  /** Stable for ever. */
  readonly uid: string;
  readonly title: string;
  readonly queries: readonly RuleQuery[];
  /** True of the numbers of all queries: `$name` is the number that the query with `refId` name comes to. */
  readonly fires: { readonly of: string; readonly is: 'lt' | 'gt'; readonly than: number } | { readonly math: string };
  /** Seconds for which it must be so without a break. */
  readonly lasts: number;
  /** A silent database answers nothing rather than nought, so this is chosen on purpose. */
  readonly noData: Extract<WithoutAnswer, 'Alerting' | 'OK'>;
  /** One rule tells of a database that does not answer; the others keep what they last said. */
  readonly noAnswer: Extract<WithoutAnswer, 'Alerting' | 'KeepLast'>;
  readonly severity: 'now' | 'today';
  /** Title of the panel of _Meterhouse itself_ that shows it: the mail leads there. */
  readonly panel: string;
  /** What is so, for the subject of a mail. */
  readonly says: string;
  /** What to do about it. */
  readonly todo: string;
}

const minute = 60;
const hour = 3_600;

export const houseRules: readonly HouseRule[] = [
  {
    uid: 'meterhouse-ingest-stopped',
    title: 'Ingest has stopped',
    queries: [
      {
        refId: 'minutes',
        window: 24 * hour,
        // Each process that spoke within a day, so that one of two is missed; a stretch without a point counts nought.
        influxql: influxql`SELECT count("seconds") FROM "house" WHERE $timeFilter
          GROUP BY time(5m), "process" fill(0)`,
        reducer: 'last',
      },
    ],
    fires: { of: 'minutes', is: 'lt', than: 1 },
    // The stretch that has just begun is empty for a minute.
    lasts: 10 * minute,
    noData: 'Alerting',
    noAnswer: 'Alerting',
    severity: 'now',
    panel: 'Processes',
    says: 'Meterhouse writes nothing any more: ingest has stopped, or its database does not answer or takes no writes',
    todo: 'Look whether the ingest process runs and what its log says last, then whether InfluxDB answers and has room. Messages wait at the broker and in the spool meanwhile; nothing is lost until those are full. A process that was taken away on purpose is told of for a day.',
  },
  {
    uid: 'meterhouse-estate-silent',
    title: 'The estate is silent',
    queries: [
      {
        refId: 'heard',
        window: 30 * minute,
        // Minutes in which any meter was heard, of every process; files and forecasts are no meters.
        influxql: influxql`SELECT sum("receipt_lag_known") FROM "house" WHERE $timeFilter`,
        reducer: 'last',
      },
    ],
    fires: { of: 'heard', is: 'lt', than: 1 },
    // With its window: an hour. A meter that speaks each half-hour is late by less.
    lasts: 30 * minute,
    // Then ingest has stopped, which has a rule of its own.
    noData: 'OK',
    noAnswer: 'KeepLast',
    severity: 'now',
    panel: 'Lag: from the meter to us',
    says: 'Meterhouse runs and has heard no meter of the estate for an hour',
    todo: 'Look at the broker and at the network to it first: all meters do not fail at once. `meterhouse doctor` says whether the broker answers and who is silent since when.',
  },
  {
    uid: 'meterhouse-derivation-stopped',
    title: 'Half-hours are not worked out',
    queries: [
      {
        refId: 'waiting',
        window: hour,
        influxql: influxql`SELECT min("meters_to_derive") FROM "house" WHERE $timeFilter`,
        reducer: 'last',
      },
      {
        refId: 'derived',
        window: hour,
        influxql: influxql`SELECT sum("derived_half_hours") FROM "house" WHERE $timeFilter`,
        reducer: 'last',
      },
    ],
    fires: { math: '$waiting > 0 && $derived < 1' },
    lasts: 5 * minute,
    noData: 'OK',
    noAnswer: 'KeepLast',
    severity: 'today',
    panel: 'Meters to derive',
    says: 'Readings come, and for an hour no half-hour was worked out from them: figures and alerts stand still',
    todo: 'Exactly one process derives: look that one runs with `ingest.derive`, and what its log says. Readings are kept; what waits is worked out when it goes on.',
  },
  {
    uid: 'meterhouse-alerts-undelivered',
    title: 'Alerts reach nobody',
    queries: [
      {
        refId: 'refused',
        window: hour,
        influxql: influxql`SELECT last("deliveries_undelivered") - first("deliveries_undelivered") FROM "house"
          WHERE $timeFilter`,
        reducer: 'last',
      },
    ],
    fires: { of: 'refused', is: 'gt', than: 0 },
    lasts: 0,
    noData: 'OK',
    noAnswer: 'KeepLast',
    severity: 'today',
    panel: 'People to be told',
    says: 'Meterhouse gave up delivering an alert within the last hour: a channel does not take what it is sent',
    todo: '`meterhouse alerts deliveries` says which channel refused what and why; mend it, then send them again.',
  },
];
