import type { keyRoles } from '../../api/contract/keys.ts';

/** What a key may. */
export type KeyRoleName = (typeof keyRoles)[number];

/** The parts of the console, in the order of its navigation. */
export const areas = {
  estate: { title: 'Estate', href: '/' },
  alerts: { title: 'Alerts', href: '/alerts' },
  supply: { title: 'Supply', href: '/supply' },
  plan: { title: 'Plan', href: '/plan' },
  figures: { title: 'Figures', href: '/figures' },
  data: { title: 'Data', href: '/data' },
} as const;
export type Area = keyof typeof areas;

export interface PageOf {
  /** Path with `:name` for what varies; stable for ever, since links to it are mailed. */
  readonly path: string;
  readonly title: string;
  /** Undefined: no part of the console lights up in the navigation. */
  readonly area: Area | undefined;
  /** Who may open it. */
  readonly role: KeyRoleName;
}

/**
 * Every page of the console by the name of its file's component. The first whose path fits is shown; tests walk the
 * list, and the server answers its paths.
 */
export const pages = {
  estate: { path: '/', title: 'The estate now', area: 'estate', role: 'read' },
  site: { path: '/sites/:site', title: 'Site', area: 'estate', role: 'read' },
  meter: { path: '/meters/:meter', title: 'Meter', area: 'estate', role: 'read' },
  explain: { path: '/explain', title: 'Where a number comes from', area: 'estate', role: 'read' },
  figures: { path: '/figures', title: 'Figures to report', area: 'figures', role: 'read' },
  signOffs: { path: '/figures/sign-offs', title: 'Signed-off figures', area: 'figures', role: 'read' },
  signOff: { path: '/figures/sign-offs/:sign_off', title: 'A signed figure', area: 'figures', role: 'read' },
  alerts: { path: '/alerts', title: 'Alerts', area: 'alerts', role: 'read' },
  alertSavings: { path: '/alerts/savings', title: 'What mending saved', area: 'alerts', role: 'read' },
  alertDeliveries: { path: '/alerts/deliveries', title: 'Who was told', area: 'alerts', role: 'operate' },
  alert: { path: '/alerts/:alert', title: 'An alert', area: 'alerts', role: 'read' },
  supply: { path: '/supply', title: 'Supply', area: 'supply', role: 'read' },
  supplyPoint: { path: '/supply/points/:supply_point', title: 'Supply point', area: 'supply', role: 'read' },
  offers: { path: '/supply/offers', title: 'Compare offers', area: 'supply', role: 'read' },
  cover: { path: '/supply/cover', title: 'Renewable supply', area: 'supply', role: 'read' },
  plan: { path: '/plan', title: 'Plan', area: 'plan', role: 'read' },
  measures: { path: '/plan/measures', title: 'Measures', area: 'plan', role: 'read' },
  measure: { path: '/plan/measures/:measure', title: 'A measure', area: 'plan', role: 'read' },
  planSite: { path: '/plan/sites/:site', title: 'Plan of a site', area: 'plan', role: 'read' },
  data: { path: '/data', title: 'Quality of data', area: 'data', role: 'read' },
  issue: { path: '/data/issues/:issue', title: 'A trouble with data', area: 'data', role: 'read' },
  inbox: { path: '/data/inbox', title: 'Inbox', area: 'data', role: 'operate' },
  inboxEntry: { path: '/data/inbox/:entry', title: 'A topic in the inbox', area: 'data', role: 'operate' },
  quarantine: { path: '/data/quarantine', title: 'Quarantine', area: 'data', role: 'operate' },
  quarantined: {
    path: '/data/quarantine/:message',
    title: 'A message that was not understood',
    area: 'data',
    role: 'operate',
  },
  read: { path: '/data/read', title: 'Read a meter', area: 'data', role: 'operate' },
  exchange: { path: '/data/exchange', title: 'Record a meter exchange', area: 'data', role: 'operate' },
  rulings: { path: '/data/rulings', title: 'Decide about readings', area: 'data', role: 'read' },
  jobs: { path: '/data/jobs', title: 'What was asked for', area: 'data', role: 'operate' },
  signIn: { path: '/sign-in', title: 'Sign in', area: undefined, role: 'read' },
  notFound: { path: '/*', title: 'No such page', area: undefined, role: 'read' },
} as const satisfies Record<string, PageOf>;
export type PageName = keyof typeof pages;

/** The page of a path and what its `:names` stand for; undefined where none fits. */
export function pageAt(path: string): { readonly name: PageName; readonly params: Params } | undefined {
  for (const [name, page] of Object.entries(pages)) {
    const params = paramsOf(page.path, path);
    if (params) return { name: name as PageName, params };
  }
  return undefined;
}

export type Params = Readonly<Record<string, string>>;

function paramsOf(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(?<=.)\/$/, '').split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const here = given[i] ?? '';
    if (part.startsWith(':') && here !== '') params[part.slice(1)] = decoded(here);
    else if (part !== here) return undefined;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
