/**
 * The tables of the state file, as steps that only ever go forward: a step once released is never edited, a change is
 * a new step at the end. The file carries the number of steps it has been through (`user_version`). Lists that are
 * read back whole are JSON in one column; everything that is counted, merged or searched has columns.
 */
export const steps: readonly string[] = [
  `
  create table counter (name text primary key, value integer not null) strict, without rowid;

  create table ledger (
    day text not null, meter text not null,
    decoded integer not null, ignored integer not null, quarantined integer not null, qos0 integer not null,
    stored integer not null, repeated integer not null, revised integer not null, refused integer not null,
    parked integer not null,
    primary key (day, meter)
  ) strict, without rowid;

  -- The payload comes last, so that a search by code does not read through it.
  create table quarantine (
    id integer primary key autoincrement,
    received integer not null, qos integer not null, retained integer not null, code text not null,
    meter text not null, refusedReadings integer not null, replayed integer not null,
    topic text not null, detail text not null, bytes integer not null, payload blob not null
  ) strict;

  create table high_water (
    series text primary key,
    at integer not null, value real not null, received integer not null, sequence integer not null
  ) strict, without rowid;
  create index high_water_heard on high_water (sequence);

  -- One row a batch; upto: how many fingerprints of the source there were up to it.
  create table fingerprint (
    id integer primary key autoincrement, source text not null, upto integer not null, list text not null
  ) strict;
  create index fingerprint_source on fingerprint (source, upto);
  create table memory (key text primary key, written integer not null, value blob not null) strict;

  create table prepared (
    identity text primary key,
    verdict text not null, before real, after real not null, at integer not null, prepared integer not null
  ) strict, without rowid;
  create table superseded (
    id integer primary key autoincrement,
    meter text not null, at integer not null, identity text not null, before real not null, after real not null,
    replaced integer not null
  ) strict;
  create index superseded_meter on superseded (meter, at);

  create table parked (
    id integer primary key autoincrement,
    holder text not null, meter text not null, quantity text not null, kind text not null, at integer not null,
    value real not null, period integer not null, received integer not null
  ) strict;

  -- since: the order of first touch. id: changes with every touch, so that settling an old id cannot lose a new touch.
  create table touched (
    since integer primary key autoincrement,
    held text not null, meter text not null, starts integer not null, ends integer not null, id integer not null
  ) strict;
  create index touched_meter on touched (held, meter);
  create index touched_id on touched (id);

  create table gap (
    meter text not null, starts integer not null, ends integer not null, energy real, volume real,
    primary key (meter, starts)
  ) strict, without rowid;

  create table derived (
    sequence integer primary key autoincrement,
    meter text not null, starts integer not null, ends integer not null
  ) strict;

  create table lease (name text primary key, holder text not null, until integer not null) strict, without rowid;
  create table fact (key text primary key, value text not null) strict, without rowid;

  create table api_key (
    id text primary key, name text not null, role text not null, organisations text not null, sites text not null,
    created integer not null, revoked integer, hash text not null unique
  ) strict;

  create table job (
    id integer primary key autoincrement,
    kind text not null, request text not null, state text not null, progress real not null, result text
  ) strict;
  create index job_state on job (state, id);
  `,
  `
  -- What people did, with why: only ever added to.
  create table act (
    id integer primary key autoincrement,
    at integer not null, who text not null, kind text not null, meter text, reason text not null, detail text not null
  ) strict;
  create index act_meter on act (meter, id);

  -- Who asked for the work: a key that is limited to sites sees its own jobs.
  alter table job add column asker text not null default 'local';
  `,
  `
  -- periods: what each finder saw, as JSON. open_until: when it is over unless it is found again; null while it lasts.
  create table data_issue (
    id integer primary key autoincrement,
    meter text not null, kind text not null, starts integer not null, ends integer not null,
    opened integer not null, first_end integer not null, open_until integer,
    says text not null, periods text not null,
    ignored integer, who text, reason text
  ) strict;
  create index data_issue_meter on data_issue (meter, kind, starts);
  `,
  // Not yet replayed, by age: which of them expire next.
  'create index quarantine_open on quarantine (received) where replayed = 0;',
  `
  -- What is in quarantine by day and code, without reading payloads.
  create index quarantine_day on quarantine (received, code, replayed);
  `,
  `
  -- Topics that nobody has registered. proposals: meters they may be of, as JSON. settled: when a person last decided.
  create table inbox (
    id integer primary key autoincrement,
    topic text not null unique, first integer not null, last integer not null, messages integer not null,
    payload blob not null, proposals text not null, state text not null, settled integer not null
  ) strict;
  create index inbox_last on inbox (last);
  `,
  `
  -- causes: why it is to be worked out again, a bit each (domain/signoff/change-causes.ts).
  alter table touched add column causes integer not null default 1;

  -- What settled days of a meter were until another value took their place: days is JSON, deflated.
  create table day_before (
    id integer primary key autoincrement,
    meter text not null, starts integer not null, ends integer not null, replaced integer not null,
    causes integer not null, bytes integer not null, days blob not null
  ) strict;
  create index day_before_meter on day_before (meter, ends);

  -- Known gaps as they were.
  alter table gap add column known_from integer not null default 0;
  create table gap_before (
    id integer primary key autoincrement,
    meter text not null, starts integer not null, ends integer not null, energy real, volume real,
    known_from integer not null, known_to integer not null
  ) strict;
  create index gap_before_meter on gap_before (meter, ends);

  -- Numbered contents (register, factor sets), a file once however many versions have it; text is deflated.
  create table kept_file (hash text primary key, text blob not null) strict, without rowid;
  create table kept_version (
    name text not null, version integer not null, since integer not null, hash text not null, files text not null,
    primary key (name, version)
  ) strict, without rowid;
  `,
  `
  -- What people signed: signed is JSON, inputs is JSON, deflated. Only ever added to.
  create table sign_off (
    id integer primary key, at integer not null, starts integer not null, ends integer not null,
    signed text not null, inputs blob not null
  ) strict;
  create trigger sign_off_stays before update on sign_off begin select raise(abort, 'a sign-off is never changed'); end;
  create trigger sign_off_kept before delete on sign_off begin select raise(abort, 'a sign-off is never deleted'); end;
  `,
  `
  -- What people did stays as it was written.
  create trigger act_stays before update on act begin select raise(abort, 'an act is never changed'); end;
  create trigger act_kept before delete on act begin select raise(abort, 'an act is never deleted'); end;
  `,
  `
  -- Alerts: what was last seen of each as JSON, and of its events as much as lists are asked by.
  create table alert (
    id integer primary key,
    site text not null, family text not null, kind text not null, meters text not null,
    state text not null, severity text not null, owner text, due text,
    starts integer not null, ends integer not null, gbp_per_week real, kgco2e_per_week real, saves integer not null,
    seen text not null
  ) strict;
  create index alert_site on alert (site, ends);

  -- Their lives: event is JSON. Only ever added to.
  create table alert_event (
    sequence integer primary key autoincrement,
    alert integer not null, at integer not null, event text not null
  ) strict;
  create index alert_event_alert on alert_event (alert, sequence);
  create trigger alert_event_stays before update on alert_event
  begin select raise(abort, 'an event of an alert is never changed'); end;
  create trigger alert_event_kept before delete on alert_event
  begin select raise(abort, 'an event of an alert is never deleted'); end;

  -- What the watch knows of each meter, as JSON.
  create table watched (meter text primary key, site text not null, known text not null) strict, without rowid;
  create index watched_site on watched (site);
  `,
  `
  -- What is to be told to whom. subject: the alert, the data issue, or when a digest was due.
  -- told: when it was let go. escalates: null when done. digest: the row that is the digest it stands in.
  create table delivery (
    id integer primary key autoincrement,
    key text not null unique,
    about text not null, subject text not null, sequence integer, notice text not null, site text,
    route text not null, channel text not null, recipient text not null,
    state text not null, because text,
    made integer not null, told integer, due integer not null, attempts integer not null, said text, ended integer,
    escalates integer, digest integer
  ) strict;
  create index delivery_due on delivery (state, due);
  create index delivery_subject on delivery (about, subject, channel, recipient);
  create index delivery_told on delivery (route, channel, recipient, told);
  create index delivery_escalates on delivery (escalates) where escalates is not null;
  create index delivery_digest on delivery (digest) where digest is not null;
  `,
  `
  -- Browsers that signed in with a key: hash is that of the token in their cookie.
  create table session (
    hash text primary key, key text not null, created integer not null, used integer not null, ends integer not null
  ) strict, without rowid;
  create index session_key on session (key, used);
  `,
];
