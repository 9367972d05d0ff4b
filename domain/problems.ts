/**
 * The catalogue of problems: every code that Meterhouse says to a person or a program, what it means, how to mend it,
 * and its HTTP status where the API answers with it. A code is never reused for another meaning. `docs/problems.md` is
 * held to this table both ways by a test.
 */
export const problems = {
  // The estate folder
  'estate.unreadable': {
    status: 500,
    says: 'a file of the estate folder cannot be read',
    mend: 'check that the path exists and may be read',
  },
  'estate.yaml': {
    status: 500,
    says: 'a file of the estate folder is not valid YAML',
    mend: 'mend the line named; indentation is by spaces',
  },
  'estate.schema': {
    status: 500,
    says: 'an entry of the estate register is not of the expected form',
    mend: 'write what was expected, or remove the key',
  },
  'estate.duplicate-id': {
    status: 500,
    says: 'an id is used twice',
    mend: 'give one of them another id; ids are never reused',
  },
  'estate.unknown-reference': {
    status: 500,
    says: 'an entry names another one that does not exist',
    mend: 'correct the name or add the entry it names',
  },
  'estate.rule': {
    status: 500,
    says: 'an entry contradicts itself or another one',
    mend: 'change one of the two as the sentence says',
  },
  'mapping.invalid': {
    status: 500,
    says: 'a mapping does not say what it must',
    mend: 'mend the line named; `meterhouse decode --mapping FILE` shows what a message becomes',
  },
  'mapping.example': {
    status: 500,
    says: 'a mapping does not give what its own example says',
    mend: 'mend the rule or the example',
  },
  'mapping.never': {
    status: 500,
    says: 'something of a mapping can never happen',
    mend: 'take it away, or widen what stands in its way',
  },
  'estate.doubt': {
    status: 500,
    says: 'an entry is allowed and perhaps not what is meant',
    mend: 'check it against the meter or the bill; this alone does not stop the estate from being read',
  },
  // Configuration and start
  'command.invalid': {
    status: 500,
    says: 'the command was not understood',
    mend: '`meterhouse COMMAND --help` shows its options, with examples',
  },
  'config.invalid': {
    status: 500,
    says: 'the configuration is not of the expected form',
    mend: 'correct the key named; `meterhouse check` lists every problem',
  },
  'config.data-of-another-estate': {
    status: 500,
    says: 'the data folder holds the readings of another estate',
    mend: 'name a data folder for this estate with `--data`; an estate that was both moved and renamed is started once under its old name',
  },
  'config.open-without-keys': {
    status: 500,
    says: 'without API keys the API may be reached from this machine alone',
    mend: 'turn API keys on, or listen on 127.0.0.1',
  },
  'config.cannot-listen': {
    status: 500,
    says: 'the API cannot listen at this address',
    mend: 'choose another port or address, or stop what uses it',
  },
  'runtime.node-too-old': {
    status: 500,
    says: 'this Node.js is too old',
    mend: 'run `npm ci` once, which brings the right Node.js, and start with `npm start`',
  },
  'runtime.not-installed': {
    status: 500,
    says: 'the packages that Meterhouse stands on are not there',
    mend: 'run `npm ci` in the folder of Meterhouse',
  },
  // Messages
  'message.unregistered': {
    status: 422,
    says: 'no meter of the estate register has this topic',
    mend: 'add the topic to a meter, then replay the quarantine',
  },
  'message.empty': {
    status: 422,
    says: 'the payload is empty',
    mend: 'check the device; an empty retained message only clears the topic',
  },
  'message.too-large': {
    status: 422,
    says: 'the payload is larger than the limit',
    mend: 'send readings one message each, or in smaller batches',
  },
  'message.unparsable': {
    status: 422,
    says: 'the payload is not what the decoder reads',
    mend: 'check that the meter names the right decoder',
  },
  'message.unborn': {
    status: 422,
    says: 'the message names its values by numbers that a birth certificate not heard yet explains',
    mend: 'nothing: the edge node is asked for a rebirth; should it go on, let the broker pass our commands (NCMD)',
  },
  'message.no-stamp': {
    status: 422,
    says: 'an interval reading or retained message has no time of its own',
    mend: 'configure the device to send its own time',
  },
  'message.incomplete': {
    status: 422,
    says: 'a reading that comes in several messages lacks one of them',
    mend: 'check that the topic of the meter takes in all of its parts',
  },
  // Readings
  'reading.not-a-number': {
    status: 422,
    says: 'a value is not a finite number',
    mend: 'check the device; the meter may be saying that it does not know',
  },
  'reading.wrong-unit': {
    status: 422,
    says: 'the unit of the message measures something else than the meter',
    mend: 'correct the unit of the meter, or the decoder',
  },
  'reading.sentinel': {
    status: 422,
    says: 'the value is one that devices send when they do not know',
    mend: 'nothing, unless it repeats: then look at the device',
  },
  'reading.bad-quality': {
    status: 422,
    says: 'the device says itself that the value is not to be trusted',
    mend: 'look at the device, and at the gateway’s link to the meter',
  },
  'reading.out-of-bounds': {
    status: 422,
    says: 'the value lies outside the bounds that its mapping allows',
    mend: 'look at the device; where the value is right, widen min or max of the mapping',
  },
  'reading.future': {
    status: 422,
    says: 'the stamp lies further in the future than clocks drift',
    mend: 'set the clock of the device',
  },
  'reading.too-old': {
    status: 422,
    says: 'the stamp is older than any meter of the estate',
    mend: 'set the clock of the device',
  },
  'reading.refused-by-store': {
    status: 422,
    says: 'the store would not take the line',
    mend: 'read the reason kept beside it; replay when mended',
  },
  // Quarantine
  'quarantine.filling': {
    status: 500,
    says: 'the quarantine is nearly full; the oldest messages will make room for new ones',
    mend: 'look with `meterhouse quarantine list`, mend the register or the device, and replay what is wanted',
  },
  'quarantine.expiring': {
    status: 500,
    says: 'messages of the quarantine will soon be too old to be kept',
    mend: 'look with `meterhouse quarantine list`, mend the register, and replay what is wanted; the rest may go',
  },
  // Stores
  'store.unreachable': {
    status: 503,
    says: 'the store of readings does not answer',
    mend: 'check the address and that the database runs; nothing is lost meanwhile',
  },
  'store.refused-login': { status: 503, says: 'the store of readings refuses the login', mend: 'check user and token' },
  'store.full': {
    status: 503,
    says: 'there is no room left to keep readings',
    mend: 'free disk space or raise the bound of the spool',
  },
  'store.failed': {
    status: 503,
    says: 'the store of readings could not do what was asked',
    mend: 'read the words of the store; check its disk, its files and their permissions',
  },
  'store.no-database': {
    status: 503,
    says: 'the database or bucket does not exist and could not be made',
    mend: 'make it (on InfluxDB 2 and 3 a bucket of exactly this name), or give the user the right to make it',
  },
  'store.in-use': {
    status: 503,
    says: 'another process holds the embedded store',
    mend: 'stop that process; the embedded store lives inside one `meterhouse start`',
  },
  'store.spool-in-use': {
    status: 503,
    says: 'another process holds the folder of the spool',
    mend: 'give each ingest process a folder of its own, or stop the other process',
  },
  'store.embedded-only': {
    status: 500,
    says: 'the embedded store works inside `meterhouse start` only',
    mend: 'use `meterhouse start`, or set `store` to influxdb',
  },
  'store.busy': {
    status: 503,
    says: 'another process holds the state file longer than the wait',
    mend: 'look for a process that hangs; nothing was changed',
  },
  'store.unwritable': {
    status: 503,
    says: 'the state file cannot be read or written',
    mend: 'check the folder, its owner and the disk',
  },
  'store.damaged': {
    status: 500,
    says: 'the state file is damaged, or not a state file of Meterhouse',
    mend: 'restore it from a backup, or name another file',
  },
  'store.newer': {
    status: 500,
    says: 'the state file was written by a newer Meterhouse',
    mend: 'run that version, or restore the backup made before it',
  },
  // Broker
  'broker.unreachable': {
    status: 503,
    says: 'the MQTT broker does not answer',
    mend: 'check address, port and firewall',
  },
  'broker.refused-login': {
    status: 503,
    says: 'the MQTT broker refuses the login',
    mend: 'check user name, password file and ACL',
  },
  'broker.refused-session': {
    status: 503,
    says: 'the MQTT broker does not accept the session',
    mend: 'use a broker that speaks MQTT 5, and a client id that it allows',
  },
  'broker.refused-certificate': {
    status: 503,
    says: 'no secure connection to the MQTT broker can be made',
    mend: 'check the certificate authority, the certificate and key, and the host name in the address',
  },
  'broker.refused-subscription': {
    status: 503,
    says: 'the MQTT broker does not grant a topic at QoS 1',
    mend: 'check the topic, and the ACL of this user',
  },
  'broker.session-taken-over': {
    status: 503,
    says: 'another client uses the same client id',
    mend: 'give each process a client id of its own; two with one id take messages from each other',
  },
  'broker.cannot-listen': {
    status: 500,
    says: 'the embedded broker cannot listen at this address',
    mend: 'choose another port or address, or stop what uses it',
  },
  'broker.needs-passwords': {
    status: 500,
    says: 'the embedded broker listens beyond this machine only with a password file',
    mend: 'name a password file, or listen on 127.0.0.1',
  },
  'broker.password-file': {
    status: 500,
    says: 'the password file of the embedded broker cannot be used',
    mend: 'one `user:$7$iterations$salt$hash` a line, as `mosquitto_passwd` 2.x writes it',
  },
  // Requests
  'request.invalid': {
    status: 400,
    says: 'the request is not of the expected form',
    mend: 'see the list of what was found and expected',
  },
  'request.unknown-path': {
    status: 404,
    says: 'there is nothing at this address',
    mend: 'see /docs for the addresses there are',
  },
  'request.unknown-id': {
    status: 404,
    says: 'there is nothing with this id that you may see',
    mend: 'list the ids first',
  },
  'request.not-kept': {
    status: 404,
    says: 'what was known then is not kept',
    mend: 'ask for a later date; what is known is kept since the date named',
  },
  'purge.signed': {
    status: 409,
    says: 'a signed figure rests on these readings',
    mend: 'purge up to the date named, or wait until the figure need no longer be explained',
  },
  'sign-off.doubt': {
    status: 409,
    says: 'something stands against signing this figure',
    mend: 'mend what is named, or have a named person accept it with a reason',
  },
  'sign-off.not-over': {
    status: 409,
    says: 'a period that is not over cannot be signed',
    mend: 'sign the part that is over, or wait',
  },
  'baseline.unknown': {
    status: 409,
    says: 'the emissions of a site in the year are not known, so there is no baseline',
    mend: 'mend what the carbon figure of that year warns of; a baseline is the sum of its sites',
  },
  'request.range-too-long': {
    status: 400,
    says: 'the period asked for is longer than the limit of this bucket',
    mend: 'ask for a shorter period or a coarser bucket',
  },
  'request.unauthenticated': {
    status: 401,
    says: 'the request carries no valid API key',
    mend: 'sign in, or send `Authorization: Bearer <key>`; an administrator makes keys with `meterhouse key`',
  },
  'request.forbidden': {
    status: 403,
    says: 'the API key does not reach this',
    mend: 'ask an administrator for a key with the role or site',
  },
  'request.cross-site': {
    status: 403,
    says: 'a page of another site asked for a change in the name of whoever is signed in here',
    mend: 'do it in the console itself; a program sends an API key',
  },
  'request.too-many': { status: 429, says: 'too many requests in this minute', mend: 'wait as `Retry-After` says' },
  'request.media-type': {
    status: 415,
    says: 'the body is of a kind that is not read here',
    mend: 'send JSON, with `Content-Type: application/json`',
  },
  'request.too-slow': {
    status: 503,
    says: 'the answer took longer than the limit',
    mend: 'ask for a shorter period or fewer meters, or again when the store is less busy',
  },
  'request.too-many-listeners': {
    status: 503,
    says: 'as many live streams are open as the server keeps',
    mend: 'close one that is not looked at, and try again',
  },
  'request.too-large': { status: 413, says: 'the body is larger than the limit', mend: 'send less at once' },
  // A running Meterhouse, asked by a command
  'api.unreachable': {
    status: 503,
    says: 'no running Meterhouse answers here',
    mend: 'start it with `meterhouse start` or `meterhouse api`, or name its address with --api',
  },
  'api.unexpected': {
    status: 502,
    says: 'what answers here does not speak as this Meterhouse does',
    mend: 'check the address, and that both are of the same version',
  },
  // A Grafana, asked by `meterhouse grafana`
  'grafana.unreachable': {
    status: 503,
    says: 'no Grafana answers here',
    mend: 'check `grafana.url`, and that Grafana runs and can be reached from this machine',
  },
  'grafana.unexpected': {
    status: 502,
    says: 'what answers here does not speak as Grafana does',
    mend: 'check that `grafana.url` is the address of Grafana itself, with the path it is served under',
  },
  'grafana.forbidden': {
    status: 403,
    says: 'Grafana does not let this token do it',
    mend: 'name the token of a service account in `METERHOUSE_GRAFANA_TOKEN_FILE`: Viewer for health and diff, Editor to publish',
  },
  'grafana.conflict': {
    status: 409,
    says: 'Grafana has another dashboard or folder in this place, or somebody saved it meanwhile',
    mend: 'look at `meterhouse grafana diff`, then publish again with --overwrite, or take away what is in the way',
  },
  'grafana.provisioned': {
    status: 409,
    says: 'Grafana has this dashboard from a file and takes no other',
    mend: 'bring the file up to date where Grafana reads it (`dashboards/json`); it looks every minute',
  },
  'grafana.differs': {
    status: 409,
    says: 'the dashboard in Grafana is not the one to be published',
    mend: 'look at `meterhouse grafana diff`; --overwrite replaces it',
  },
  'grafana.failed': {
    status: 502,
    says: 'Grafana could not do what was asked',
    mend: 'read what it said; its own log has more',
  },
  'job.failed': {
    status: 500,
    says: 'the work that was asked for could not be done',
    mend: 'read the reason; the log of the process that derives has more. Asking again is safe',
  },
  // Alerts
  'alert.not-now': {
    status: 409,
    says: 'an alert is not in a state in which that can be done with it',
    mend: 'look at its state and its last events; what is over can be commented, and what was closed be opened again',
  },
  'alert.changed': {
    status: 409,
    says: 'something happened to an alert since it was looked at',
    mend: 'look at it again: its last events say what; then do it again if it is still meant',
  },
  'alert.no-chart': {
    status: 404,
    says: 'no half-hours are kept with an alert that could be drawn',
    mend: 'ask /v1/consumption for its meter and time; what an alert is about may be no use of a meter',
  },
  'alert.trials-wait': {
    status: 503,
    says: 'as many trials of rules wait as are taken',
    mend: 'ask again when one of them is done',
  },
  'alert.shelved-too-long': {
    status: 422,
    says: 'an alert is put away into the past, or for longer than is allowed',
    mend: 'name an earlier date, or close it as `usual` where it is how it is to be',
  },
  'channel.failed': {
    status: 502,
    says: 'a test could not be sent by a channel',
    mend: 'the sentence says what the other side answered; docs/alert-delivery.md says what it mostly is',
  },
  // Tables of dated data
  'data.invalid': {
    status: 500,
    says: 'a data file of Meterhouse is not of the expected form',
    mend: 'restore the file from the release',
  },
  'calendar.unknown-year': {
    status: 422,
    says: 'the table of bank holidays does not reach this year',
    mend: 'add the year from https://www.gov.uk/bank-holidays.json to the table',
  },
  // Weather
  'weather.basis-mixed': {
    status: 422,
    says: 'degree days of two methods or bases cannot be set against one another',
    mend: 'ask for the method and base of the standard year, or give the site years of its own as standard',
  },
  'weather.not-described': {
    status: 422,
    says: 'the register does not say by which temperatures this site is judged',
    mend: 'write `weather:` at the site',
  },
  internal: {
    status: 500,
    says: 'Meterhouse made a mistake',
    mend: 'the log has the same request id; please report it',
  },
  // Entered by hand
  'read.implausible': {
    status: 422,
    says: 'a read does not fit the readings next to it, or what the meter can pass',
    mend: 'read the meter again; when the read is right, say that it is to be taken anyway',
  },
  // Files
  'import.unreadable': {
    status: 422,
    says: 'the file is not a table of text',
    mend: 'save the table as CSV and import that',
  },
  'import.format-invalid': {
    status: 500,
    says: 'the description of a file format is not of the expected form',
    mend: 'correct the key named',
  },
  'import.unknown-format': {
    status: 422,
    says: 'no format is known whose header this file has',
    mend: 'name one with --format, or describe the file in formats/ of the estate folder',
  },
  'import.which-format': {
    status: 422,
    says: 'several formats fit the file and mean different things',
    mend: 'name one of them with --format',
  },
  'import.format-does-not-fit': {
    status: 422,
    says: 'the file does not have the columns of the format',
    mend: 'name another format, or correct the description',
  },
  'import.not-told': {
    status: 422,
    says: 'the format leaves open what may not be guessed',
    mend: 'say it with the option named; the sender of the file knows',
  },
  'import.malformed-row': {
    status: 422,
    says: 'a row is cut short or has a quote left open',
    mend: 'export the file again',
  },
  'import.bad-date': {
    status: 422,
    says: 'a date or time is not as the format writes it',
    mend: 'check that the format is the right one',
  },
  'import.bad-value': {
    status: 422,
    says: 'a value is not a number',
    mend: 'look at the cell; an empty one says that there is no value',
  },
  'import.no-value': {
    status: 422,
    says: 'a row holds no value at all',
    mend: 'nothing, when the meter was silent that day',
  },
  'import.unknown-meter': {
    status: 422,
    says: 'no meter of the register has this MPAN, MPRN, id or serial number',
    mend: 'write it at its meter, or say --meter for a file of one meter',
  },
  'import.ambiguous-meter': {
    status: 422,
    says: 'several meters of the register fit a row',
    mend: 'say --meter, or correct the register',
  },
  'import.multiplied': {
    status: 422,
    says: 'finished amounts cannot be booked to a meter whose register is multiplied',
    mend: 'add a source for the file: a meter with source_of and no multiplier',
  },
  'grid.unreachable': {
    status: 503,
    says: 'the service of the grid’s carbon intensity does not answer',
    mend: 'check grid_intensity.url and the way out of the network; it is asked again by itself',
  },
  'grid.bad-answer': {
    status: 502,
    says: 'the service of the grid’s carbon intensity answers something else',
    mend: 'check grid_intensity.url and the region; where the service has changed, import a file',
  },
  'import.no-such-half-hour': {
    status: 422,
    says: 'a value stands where the day has no half-hour, because the clocks change',
    mend: 'check whether the file is in UTC, and say --clock',
  },
  // Tariffs
  'tariff.no-rate': {
    status: 422,
    says: 'a charge has no rate for a date',
    mend: 'add a rate for the date to the charge, with its source, or choose to carry the last one forward',
  },
  'tariff.no-contract': {
    status: 422,
    says: 'no contract with a tariff is written for some days of a supply point',
    mend: 'add the contract to the supply point, with its tariff and first date',
  },
  'tariff.not-published': {
    status: 422,
    says: 'published charges that a tariff passes on are not known for a date',
    mend: 'add them to published_charges of the estate folder with their source, or choose to carry the last ones forward',
  },
  'tariff.no-price': {
    status: 422,
    says: 'a price series has a half-hour without a price',
    mend: 'import the prices of the whole period',
  },
  'tariff.no-term': {
    status: 422,
    says: 'a supply point does not say what a charge is by',
    mend: 'add the key named to the supply point, from the first date it is needed for',
  },
  'tariff.no-load': {
    status: 422,
    says: 'a charge is by half-hours that are not in the data',
    mend: 'ask over data that reach them, or leave the charge out',
  },
  'tariff.no-history': {
    status: 422,
    says: 'too little is known of a supply point’s past to say what it will use',
    mend: 'import its half-hours of at least three whole months of the last twelve, or ask when they are measured',
  },
  'tariff.no-reactive-energy': {
    status: 422,
    says: 'a charge is by kVA or kvarh, and no reactive energy is known',
    mend: 'name reactive_meters of the supply point, or say between which two its power factor lies (power_factor)',
  },
  // Readiness for electric heating, panels and batteries
  'readiness.no-heat': {
    status: 422,
    says: 'nothing that was measured says what heat was used there by half-hour',
    mend: 'add the meters of boilers’ gas or of heat, ask for a year in which they were read, or for another place',
  },
  'readiness.no-efficiency': {
    status: 422,
    says: 'fuel is known and not how much of it becomes heat',
    mend: 'say weather.heating_efficiency of the site in the register, or boiler_efficiency in the question',
  },
  'readiness.no-supply': {
    status: 422,
    says: 'it is not clear which electricity supply is meant',
    mend: 'name supply_point; a site without one needs exactly one main meter of electricity',
  },
  'readiness.no-temperatures': {
    status: 422,
    says: 'the outside temperature of the year is not known',
    mend: 'import the temperatures of the year into the series that the site’s weather names',
  },
  'readiness.no-yield': {
    status: 422,
    says: 'what a kWp of panels makes cannot be told from what was named',
    mend: 'write installed_kwp of the meter, say of_kwp, or say kwh_per_kwp, what one makes in a year',
  },
  'bill.bad-row': {
    status: 422,
    says: 'a row does not say what an invoice says there',
    mend: 'correct the cell named; docs/bills.md lists what stands in which column',
  },
  'bill.given-twice': {
    status: 422,
    says: 'an invoice is given twice',
    mend: 'give each invoice once; one that the supplier sent twice has a number of its own',
  },
} as const satisfies Record<string, { status: number; says: string; mend: string }>;

export type ProblemCode = keyof typeof problems;

/**
 * One problem with one thing: what, where, what was found, what was expected. `problems[code].mend` says how to mend
 * it.
 */
export interface Problem {
  readonly code: ProblemCode;
  /** File and path, topic, key or address. */
  readonly where: string;
  readonly line?: number | undefined;
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
  /** What is special to this case; the general sentence is in the catalogue. */
  readonly detail?: string | undefined;
}

/** A problem as one sentence for a person. */
export function sayProblem(problem: Problem): string {
  const { says, mend } = problems[problem.code];
  const line = problem.line === undefined ? '' : `:${problem.line}`;
  const found = problem.found === undefined ? '' : `; found ${problem.found}`;
  const expected = problem.expected === undefined ? '' : `; expected ${problem.expected}`;
  const detail = problem.detail === undefined ? '' : ` (${problem.detail})`;
  return `${problem.where}${line}: ${says}${detail}${found}${expected}. To mend it: ${mend}. [${problem.code}]`;
}

/** Thrown where a problem must stop what was asked. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  constructor(list: readonly Problem[], options?: ErrorOptions) {
    super(list.map(sayProblem).join('\n'), options);
    this.name = 'ProblemError';
    this.problems = list;
  }
}
