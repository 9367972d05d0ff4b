import type { ComponentType } from 'preact';
import type { PageName, Params } from './pages.ts';

export type PageComponent = ComponentType<{ readonly params: Params }>;

/** What draws each page, fetched when it is first opened. */
export const loaded: Readonly<Record<PageName, () => Promise<PageComponent>>> = {
  estate: async () => (await import('./areas/estate/estate-page.tsx')).EstatePage,
  site: async () => (await import('./areas/estate/site-page.tsx')).SitePage,
  meter: async () => (await import('./areas/estate/meter-page.tsx')).MeterPage,
  explain: async () => (await import('./areas/estate/explain-page.tsx')).ExplainPage,
  figures: async () => (await import('./areas/figures/figures-page.tsx')).FiguresPage,
  signOffs: async () => (await import('./areas/figures/sign-offs-page.tsx')).SignOffsPage,
  signOff: async () => (await import('./areas/figures/sign-off-page.tsx')).SignOffPage,
  alerts: async () => (await import('./areas/alerts/alerts.tsx')).Alerts,
  alertSavings: async () => (await import('./areas/alerts/savings.tsx')).AlertSavings,
  alertDeliveries: async () => (await import('./areas/alerts/deliveries.tsx')).AlertDeliveries,
  alert: async () => (await import('./areas/alerts/alert.tsx')).AlertPage,
  supply: async () => (await import('./areas/supply/supply.tsx')).Supply,
  supplyPoint: async () => (await import('./areas/supply/point.tsx')).SupplyPoint,
  offers: async () => (await import('./areas/supply/offers.tsx')).Offers,
  cover: async () => (await import('./areas/supply/cover.tsx')).Cover,
  plan: async () => (await import('./areas/plan/plan.tsx')).PlanPage,
  measures: async () => (await import('./areas/plan/measures.tsx')).MeasuresPage,
  measure: async () => (await import('./areas/plan/measure.tsx')).MeasurePage,
  planSite: async () => (await import('./areas/plan/plan-site.tsx')).PlanSitePage,
  data: async () => (await import('./areas/data/data-page.tsx')).DataPage,
  issue: async () => (await import('./areas/data/issues.tsx')).IssuePage,
  inbox: async () => (await import('./areas/data/inbox-page.tsx')).InboxPage,
  inboxEntry: async () => (await import('./areas/data/inbox-entry-page.tsx')).InboxEntryPage,
  quarantine: async () => (await import('./areas/data/quarantine-page.tsx')).QuarantinePage,
  quarantined: async () => (await import('./areas/data/quarantine-page.tsx')).QuarantinedPage,
  read: async () => (await import('./areas/data/entry-pages.tsx')).ReadPage,
  exchange: async () => (await import('./areas/data/entry-pages.tsx')).ExchangePage,
  rulings: async () => (await import('./areas/data/rulings-page.tsx')).RulingsPage,
  jobs: async () => (await import('./areas/data/jobs-page.tsx')).JobsPage,
  signIn: async () => (await import('./areas/sign-in.tsx')).SignInPage,
  notFound: async () => (await import('./areas/not-found.tsx')).NotFound,
};
