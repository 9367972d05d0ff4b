import { influxql } from './influxql.ts';
import type { Annotation } from './panel.ts';

/** What happened, as marks beside the curves of every board that has a time and a place. */

/** Conditions on the series of marks: whose they are. */
interface Whose {
  readonly alerts: string;
  /** Of the register: works of measures and what else changed the use. */
  readonly plan: string;
  readonly exchanges: string;
  readonly signOffs: string;
}

const signedOf = '"sites" =~ / $site /';

/** Of the chosen sites, by a condition on their tag. */
export function atSites(site = '"site" =~ /^$site$/'): Whose {
  return { alerts: site, plan: site, exchanges: site, signOffs: signedOf };
}

/** Of one meter: what all show that name it, and what was signed of its site. */
export const atMeter: Whose = {
  alerts: '"meters" =~ / $meter /',
  plan: '"meters" =~ / $meter /',
  exchanges: `"meter" = '$meter'`,
  signOffs: signedOf,
};

const kinds = ['Alerts', 'Alerts that are over', 'Measures and other changes', 'Exchanges', 'Sign-offs'] as const;
type Kind = (typeof kinds)[number];

/** All kinds of marks, of which some are off until they are wanted. */
export function marksOf(whose: Whose, ...off: readonly Kind[]): Annotation[] {
  const { alerts, plan, exchanges, signOffs } = whose;
  const found: readonly Annotation[] = [
    alertMarks('Alerts', 'red', 'began|raised|worsened|resumed|reopened|passed', alerts),
    alertMarks('Alerts that are over', 'green', 'ended|closed|verified', alerts),
    {
      name: 'Measures and other changes',
      color: 'blue',
      series: 'plan_event',
      influxql: influxql`SELECT "title" AS "title", "says" AS "text", "event" AS "tags" FROM "plan_event"
        WHERE "listed" = 1 AND ${plan} AND $timeFilter`,
    },
    {
      name: 'Exchanges',
      color: 'orange',
      series: 'exchange',
      influxql: influxql`SELECT "title" AS "title", "says" AS "text", "utility" AS "tags" FROM "exchange"
        WHERE "listed" = 1 AND ${exchanges} AND $timeFilter`,
    },
    {
      name: 'Sign-offs',
      color: 'purple',
      series: 'sign_off',
      influxql: influxql`SELECT "title" AS "title", "says" AS "text", "figure" AS "tags" FROM "sign_off"
        WHERE ${signOffs} AND $timeFilter`,
    },
  ];
  return found.map((one) => (off.some((kind) => kind === one.name) ? { ...one, off: true } : one));
}

/** The moments of alerts. */
function alertMarks(name: Kind, color: 'red' | 'green', events: string, where: string): Annotation {
  return {
    name,
    color,
    series: 'alert_event',
    influxql: influxql`SELECT "title" AS "title", "says" AS "text", "family" AS "tags" FROM "alert_event"
      WHERE "event" =~ /^(${events})$/ AND ${where} AND $timeFilter`,
  };
}
