/**
 * Every bound of the house and the reason for it. Nothing grows without one of these.
 */
export const limits = {
  /** Messages. A meter's message is some hundred bytes; a Sparkplug birth of a large site some hundred kB. */
  payloadBytes: 1_048_576,
  topicBytes: 1_024,
  topicLevels: 32,
  jsonDepth: 32,
  readingsPerMessage: 5_000,
  /** Topics whose meters are remembered: those of a large estate, several times. */
  topicsRemembered: 50_000,

  /** Mappings: a family of devices has some ten kinds of message; an expression longer than this hides a mistake. */
  mappingRules: 100,
  expressionCharacters: 400,
  /** One part of a reading that waits for the others: a number, a unit or a stamp. */
  joinedPartCharacters: 256,
  /** Messages of one device that are remembered to know them again. */
  repeatsRemembered: 32,

  /**
   * Unacknowledged messages the broker may have open with us (MQTT 5 receive maximum): bounds memory, and fills a batch
   * while the one before it is written.
   */
  receiveMaximum: 8_000,
  /**
   * One MQTT packet: larger than a payload may be, so that a payload somewhat too large is quarantined with its reason.
   */
  packetBytes: 2_097_152,
  /**
   * Payloads accepted and not settled; a source stops reading beyond it. A full window of usual messages is far below.
   */
  unsettledBytes: 134_217_728,
  /** How long the broker keeps our session and queues for us while we are away. */
  sessionSeconds: 7 * 86_400,
  /** Silence on a connection to a broker before a ping. */
  keepaliveSeconds: 30,
  /**
   * A connection that lasted this long was good: the next pause is short again. Longer than the longest pause, so that
   * two clients that take one session from each other do not look steady.
   */
  steadyMs: 60_000,
  /** Connections lost sooner, one after the other, before the longest pause is kept. */
  unsteadyConnections: 4,
  /** A message that nobody can send again and that could not be made safe is offered again after this. */
  orphanPauseMs: 1_000,
  /** Topics in one SUBSCRIBE: far below what a packet holds. */
  topicsPerSubscribe: 100,
  /** Embedded broker: clients at one time. Each can make us gather one packet. */
  brokerConnections: 1_000,
  /**
   * What one client may have in hand at a time, as aedes reads on only when all of it is answered: some 2,000 messages.
   */
  socketBytes: 262_144,
  /** The first packet of a connection, which comes before any password: a CONNECT with a will, user and password. */
  connectBytes: 262_144,
  /** A publisher waits no longer for its acknowledgement; with a short keepalive less. Looked after this often. */
  holdSeconds: 60,
  holdCheckMs: 250,
  /**
   * A subscriber of the embedded broker that reads nothing for so long is dropped: publishers wait for it meanwhile.
   */
  drainMs: 5_000,
  /** Messages in one batch: large enough that one fsync, one HTTP request and one row a meter are spread thin. */
  batchMessages: 4_000,
  /** Readings in one batch, should its messages hold many each: one request to the store stays some MB. */
  batchReadings: 50_000,
  /** Messages accepted and not yet in a batch; QoS 0 waits beyond it. */
  queueMessages: 16_000,
  /** How long a batch waits at most until it is full: nobody who looks at a display sees it. */
  batchWaitMs: 100,

  /**
   * Fingerprints kept for redelivery: several receive windows, and the acknowledgements that a broker had not read when
   * this process was killed. Measured with Mosquitto and a consumer faster than it: up to 14,000 messages came again.
   */
  fingerprints: 50_000,
  /** Late readings that wait for an unreachable database to be looked up; beyond it messages are given back. */
  parkedReadings: 500_000,

  /** A stamp this far ahead of receipt is a wrong clock, not drift. */
  futureSeconds: 600,
  /** No meter of this estate speaks of a time before this (2000-01-01 is what a dead clock says). */
  earliestStamp: 1_072_915_200,

  /** Quarantine: a year of a few bad devices. The oldest go first, and are counted as expired. */
  quarantineRows: 200_000,
  quarantineBytes: 268_435_456,
  /** A year, and a month to find out at the yearly look that something was missing. */
  quarantineSeconds: 396 * 86_400,
  /** Before messages go it is said: at this share of rows or bytes, and this long before the age is reached. */
  quarantineNoticeShare: 0.8,
  quarantineNoticeSeconds: 14 * 86_400,
  /** How often it is looked for old messages and room. */
  quarantineLookMs: 600_000,
  /** Messages of one turn of a replay: live messages wait meanwhile, and a payload may be 1 MB. */
  replayMessages: 100,
  /** Messages that are still not understood, told one by one in the result of a replay. */
  replayExamples: 50,
  /** Of a payload over the limit only this much is kept, to recognise the sender by. */
  quarantinedHeadBytes: 65_536,

  /** Spool of the InfluxDB adapter: a day of 150 messages a second at 200 bytes. */
  spoolBytes: 4_294_967_296,
  spoolSegmentBytes: 67_108_864,
  spoolSeconds: 7 * 86_400,

  /** How often it is looked whether another minute of Meterhouse itself is over. */
  houseLookMs: 5_000,
  /** Minutes of it that wait in memory while the database is away: a day, at some hundred bytes each. */
  housePoints: 1_440,
  /** Sign-offs that are published in one look: each names the sites it was made of, which may be hundreds. */
  signOffsPerLook: 100,

  /** Data issues: a trouble that comes again within a day is the same; parts of one that are told apart. */
  issueJoinSeconds: 86_400,
  issuePeriods: 200,
  /** Rows of the register of data issues: ten a year of a thousand meters, for ten years. Closed ones go first. */
  issueRows: 100_000,
  /** Refused messages looked at in one minute for issues; the rest follows in the next. */
  issueLook: 5_000,
  issueSaysCharacters: 300,
  /** What people decide about one meter in its life; each is read whenever it is derived. */
  rulingsOfMeter: 10_000,
  /** One ruling: a year, so that a slip of the pen does not void a life. */
  rulingDays: 366,
  /**
   * Acts of one kind, through which an act that is done again is looked for: what people said of measures in ten years,
   * of which a region has some hundreds, each with some steps.
   */
  actsOfKind: 10_000,
  reasonCharacters: 1_000,
  /** A diagnosis: the period, and what is read before and after it for levels by day of week. */
  diagnosisDays: 62,
  diagnosisDaysBefore: 15,
  diagnosisDaysAfter: 2,
  /** Meters that the daily diagnosis sees in one look of the deriver. */
  diagnosisMeters: 10,

  /** The state file in all; what is kept for good in it grows some MB a month. */
  stateBytes: 17_179_869_184,
  /** How long a call waits for another process's transaction; each takes some milliseconds. */
  stateWaitMs: 10_000,
  /** Ledger lines are kept ten years: longer than any figure that rests on them is signed for. */
  ledgerDays: 3_660,
  /** Verdicts prepared and never settled: a few batches of each crash, where QoS 0 was not sent again. */
  preparedRows: 200_000,
  /** The log of what was derived, for listeners that look every second. */
  derivedRows: 100_000,
  /** Disjoint spans of one meter to work out again; more become one that contains them. */
  touchedSpans: 64,
  /** Topics of nobody's meters: a building that is not in the register yet. Those silent longest make room. */
  inboxRows: 5_000,
  /** Of the last message of a topic so much is shown. */
  inboxHeadBytes: 2_048,
  /** How often a topic of the inbox is put down at most, and how many at one time: never in the way of messages. */
  inboxSeconds: 60,
  inboxTopicsAtOnce: 5,
  inboxPauseMs: 1_000,
  /**
   * What settled days were before they changed: three years of a thousand meters, restated as a whole, are some 25 MB.
   * The oldest make room, and what was known before then can be asked for no longer.
   */
  daysBeforeBytes: 1_073_741_824,
  gapsBeforeRows: 500_000,
  /** Versions of the register, a file once however many have it: one a day for ten years. */
  keptVersions: 4_000,
  /** Jobs kept; finished ones make room. */
  jobRows: 10_000,
  /** How often a command asks how far its job is: the deriver looks once a second. */
  jobPollMs: 300,

  /** Lines of one request to InfluxDB: some 1 MB, and the unit that is halved to find a refused line. */
  influxLinesPerRequest: 10_000,
  /**
   * Rows that InfluxDB 1.x puts together at once. A series of more is whole although it is marked as partial: the mark
   * is that of its first chunk. At or below it the mark means that `max-row-limit` cut the answer short.
   */
  influxChunkRows: 10_000,
  /** Statements of one request to InfluxDB. */
  influxStatementsPerRequest: 200,
  /** Readings younger than this are never purged: late invoices and the comparison with last year need them. */
  readingsStayDays: 760,
  /** Days that readings are kept at least: seven years, as long as a figure that was signed may be asked for. */
  readingsTermDays: 2_557,

  /**
   * Embedded store: its buffers; with them a process that answers year questions stays under 300 MB. Two threads leave
   * the JavaScript thread its share.
   */
  embeddedStoreMemoryMb: 64,
  embeddedStoreThreads: 2,
  /** Reads of the embedded store at once: each holds one of the four threads that files and look-ups share. */
  embeddedStoreReads: 2,
  /** Rows of one transaction: bounds what a bulk write holds in memory and how long it keeps others waiting. */
  storeRowsPerTransaction: 250_000,
  /** Live minutes of sites in the embedded store: they serve displays, and a week a year ago is told by half-hours. */
  siteNowDays: 35,

  /** A Sparkplug node is asked for its births again no sooner; each further time twice as late, at most this late. */
  rebirthSeconds: 30,
  rebirthLongestSeconds: 3_600,
  /** Questions to devices after one batch: every edge node may need one, and each answers with births. */
  asksPerBatch: 200,
  /** Decoder memory (aliases, half-received readings) in all. */
  decoderMemoryBytes: 67_108_864,

  /** One derivation of one meter reads at most this many readings (two years at a minute) before it goes in pieces. */
  derivationReadings: 1_100_000,
  /** The longest interval reading: a London day of 25 hours. Longer ones say nothing about half-hours. */
  intervalSeconds: 90_000,
  /** Intervals of an outside series that are read at a time: a year of quarter-hours, and minutes in pages. */
  observedPage: 50_000,
  /** Grids are forecast for two days, the weather for two weeks; a stamp later than that is a wrong clock. */
  forecastSeconds: 16 * 86_400,
  /** Fetching of a grid's intensity: how often it is looked whether a half-hour has begun, and how long is waited. */
  gridLookMs: 60_000,
  gridTimeoutMs: 15_000,
  gridAttempts: 4,
  gridRetryMs: 1_000,
  /** An actual comes hours late and may be mended for two days. */
  gridAgainSeconds: 2 * 86_400,
  /** The service refuses longer periods (14 days). */
  gridDaysAtOnce: 13,
  /** Two weeks of half-hours with the mix of fuels are 700 kB. */
  gridAnswerBytes: 4_194_304,
  /** The longest total: an invoice of a year, and one that came late. */
  totalSeconds: 400 * 86_400,
  /** Totals of one meter, all of which are read whenever it is derived: invoices of a century. */
  totalsPerMeter: 1_300,
  /** Readings of one series that are read before its meter is derived: a day of one that speaks every half-minute. */
  derivationAhead: 3_000,
  /** Meters derived and written together: one write for many, yet little lost when it fails. */
  derivationMeters: 50,
  /**
   * A changed factor restates three years of a region, a million days: so many meters' months in one step, and steps
   * for so long in one look, of which live data have the larger part.
   */
  restatedMeters: 100,
  restatementMs: 200,
  /** Meters asked for at one look; the rest waits for the next. */
  derivationLook: 1_000,
  /** Meters read at a time: keeps a database busy that answers over a network. */
  derivationReads: 4,
  /** Who derives says so again in each look; another process takes over when it has been silent this long. */
  leaseSeconds: 30,
  /** Days that passed while nothing derived are closed one by one, so many at most. */
  closedDays: 400,
  /**
   * Residuals of mains against sub-meters: worked out anew at most so often, and so many chunks in one look (a month of
   * one balance each), so that a restated year does not keep live data waiting.
   */
  reconciliationPauseSeconds: 600,
  reconciliationChunks: 1,
  /** Days of half-hours by which a culprit is named: each hour of the week once. */
  culpritDays: 7,
  /**
   * Figures of places for dashboards: worked out anew at most so often, so many buckets in one look and points in one
   * write. No figure is published of a month longer ago than ten years.
   */
  figuresPauseSeconds: 600,
  figuresPerLook: 1,
  figuresPerWrite: 2_000,
  figuresMonths: 120,
  /** Months whose half-hours are costed one by one for dashboards, some 0.3 s each: the last year and this month. */
  costProfileMonths: 12,
  /**
   * The ends of months whose twelve months are set against the year before again each day: late temperatures restate
   * them. Older ones follow meters and the register alone.
   */
  comparedMonths: 24,
  /** Days whose half-hours are matched for dashboards, one in a look: more than a year, for last year's beside them. */
  matchedDays: 400,
  /** The plan for dashboards: late data of a day that is over may change a year of it, and it is looked at so often. */
  planPauseSeconds: 3_600,
  /** Books for dashboards: the last days are written anew each minute, for a late commit may change them. */
  shownDays: 8,
  /** How often one meter is derived at most. */
  derivationPauseMs: 1_000,

  /**
   * Heap of a process that answers questions, each half of its young part and its old part. The young part holds what
   * one answer is made of, most of which is then dead; V8's own 32 MB only add to what is resident. The old part is far
   * above what is ever kept: V8 lets garbage grow in proportion to it before it looks.
   */
  heapYoungMb: 8,
  heapOldMb: 768,

  /** Files that wait to be imported: a year of half-hours of a thousand meters is 140 MB. All of them, and one. */
  importFolderBytes: 8_589_934_592,
  importFileBytes: 2_147_483_648,
  /** A file comes over a slow line; nothing else a client sends takes as long. */
  uploadTimeoutMs: 1_800_000,
  /** Files of readings: a line of 50 values with their statuses is some 1,500 characters. */
  importLineCharacters: 65_536,
  /** Lines looked at to find the header below a title, and rows to see which of several formats fits. */
  importHeaderLines: 30,
  importSampleRows: 50,
  /** Reasons kept of one file, each with its first lines; all are counted. */
  importReasons: 1_000,
  importLinesPerReason: 20,
  /** Dates, units and names of one file whose meaning is remembered: a thousand meters, ten years. */
  importRemembered: 20_000,

  /** API. */
  requestBodyBytes: 1_048_576,
  requestsPerMinute: 600,
  /** From one address, right or wrong: a department behind one proxy may sign in, and guessing is hopeless anyway. */
  signInsPerMinute: 20,
  /** A browser left alone is signed out after a working day, and signs in again every week whatever it does. */
  signedInIdleSeconds: 12 * 3_600,
  signedInSeconds: 7 * 86_400,
  /** Use is written down no more often than this: each time is a write to the disk. */
  signedInUseSeconds: 300,
  /** Of one key: its browsers at desks, phones and displays. The one unused for longest makes room. */
  signedInPerKey: 50,
  pageRows: 10_000,
  halfHoursPerAnswer: 200_000,
  /** Half-hours of sites that are matched with generation at a time: a year of twenty sites, some 50 MB and seconds. */
  matchedHalfHours: 400_000,
  /** Costs of a supply point are read and reckoned in one piece: three years of half-hours are 50,000 numbers. */
  costDays: 1_100,
  /** Buckets of supply points in one answer of costs, some ten exact lines each: a month of half-hours of two. */
  costBuckets: 3_000,
  /** A bill check: three years of monthly invoices of some supply points, half a millisecond a line. */
  billInvoices: 150,
  billLines: 2_500,
  /** Supply points whose year of half-hours is read for one answer, some 50 ms each. */
  demandPoints: 60,
  /** Supply points of one tender pack: the year of half-hours of each is read, one after the other. */
  tenderPoints: 60,
  /** Offers, supply points and both of one comparison: some milliseconds each beside reading the half-hours. */
  comparedOffers: 40,
  comparedPoints: 100,
  comparedCells: 2_000,
  /** A supply period: five years, each half-hour a number a supply point. */
  comparedDays: 1_830,
  /** Changes of load, other capacities and changes of price in one comparison. */
  loadChanges: 20,
  comparedCapacities: 20,
  priceChanges: 10,
  /** One study of a heat pump or of panels: tariffs, points of a maker's table, flow temperatures and options. */
  studiedTariffs: 40,
  performancePoints: 200,
  studiedFlows: 10,
  /** A heating curve has two points, or a few where somebody drew it by hand. */
  flowPoints: 10,
  renewableOptions: 20,
  /** Supply points of one budget, of each some two years of half-hours reckoned twice, half a second; its months. */
  budgetPoints: 40,
  budgetMonths: 24,
  /**
   * Meters of which one answer makes baseline models: an estate of 1,140 meters at once. Of each the year is fitted,
   * some 20 ms of a core, so that these are half a minute; others are answered in between.
   */
  modelledMeters: 1_500,
  /** Reads by hand in a file that are checked before any is booked: two questions to the store for each. */
  readsCheckedTogether: 1_000,
  /** Sums (meters × buckets) of one answer, and of one read: some 200 bytes each while they are added up. */
  sumsPerAnswer: 1_000_000,
  sumsPerRead: 150_000,
  /**
   * Sums of closed days that a process remembers, and those in the answers made of them: of a region's sites for three
   * years, by month and by day where they export, and the questions of a screen about one. Some 75 bytes each.
   */
  rememberedSums: 200_000,
  rememberedAnswers: 100_000,
  /** Parts of energy that are kept of one question until another is asked: a year of months of a region, some 8 MB. */
  keptParts: 20_000,
  /** Years that progress against a target is looked at: from a baseline of 2010, which no meter here reaches. */
  targetYears: 20,
  /** Cells of one spreadsheet: three years of months of a region's sites by fuel; a second of a thread per 50,000. */
  spreadsheetCells: 300_000,
  /** Meter-days that one explanation opens: a year of fifty meters; a year of a region is asked for by site. */
  explainedDays: 20_000,
  /** Meter-days that one sign-off freezes: a year of 1,300 meters, some 10 MB in the state. */
  signedDays: 500_000,
  /** Parts of a difference that are reckoned one by one; more are put together by their cause. */
  differenceSteps: 40,
  /** Days that one part of a difference names; all are counted. */
  differenceDays: 62,
  /** Former values of a meter's days that one explanation shows. */
  explainedFormer: 100,
  /** Ids of one filter: the meters of a large site. */
  idsPerRequest: 500,
  /** Live streams open at once: every desk and wall display of a region. */
  streamListeners: 200,
  /** Changes read for the live streams in one look (about 1 MB of text); the rest follows in the next. */
  streamChanges: 5_000,
  /** Events of alerts in one look, each with its chart as it is kept: some hundred kB. */
  streamAlerts: 100,
  streamPauseMs: 1_000,
  /** Shorter than the idle limit of common proxies. */
  streamHeartbeatMs: 15_000,
  /** A listener that takes nothing for this long is gone. */
  streamStallMs: 60_000,
  /** Days of each bucket that one request may ask for: an answer stays under a few MB. */
  rangeDays: { half_hour: 366, day: 3_660, month: 36_600, year: 36_600, financial_year: 36_600 },

  /**
   * Years that an emission factor stands in for missing ones; older says nothing of a grid that halves in ten years.
   */
  factorCarriedYears: 3,
  /** Factors of a year kept at hand: some fifteen years of thirty activities, by a few ways of reckoning. */
  factorsRemembered: 5_000,

  /** Sites of a type of which quartiles are told: one in each quarter. */
  quartileSites: 4,
  /** Years of a site's own temperatures that its standard year may be the mean of: a climate normal has thirty. */
  standardYears: 30,

  /** Batches of certificates added at once: a year of months of a hundred stations. */
  certificatesAtOnce: 1_200,

  /** How often the watch asks whether a half-hour is over, something changed, or a site is to be learned. */
  watchPauseMs: 10_000,
  /** Messages of a half-hour are in and derived this long after it: most meters speak every few minutes. */
  watchSettleSeconds: 180,
  /** A site whose past changes all day long (files, late meters) is learned anew no more often. */
  watchLearnSeconds: 10_800,
  /**
   * A site learned from no later than this is as good as not watched: what is expected runs out. A day, and three hours
   * more, as the next day's learning comes after the night, which one night in autumn is an hour longer.
   */
  watchLearnedSeconds: 97_200,
  /** A look that failed is tried again after a minute, as a store is away no longer most times, and so often. */
  watchRetrySeconds: 60,
  watchRetries: 3,
  /** Rows of the log of what was derived that are read at once, and how often in one turn: all that it keeps. */
  watchLogRows: 5_000,
  watchLogPages: 25,

  /** An alert that is put away for longer is never looked at again: a season. */
  shelvedDays: 92,
  /**
   * Events of one alert, after which it is no longer told that it ended or came again: it flapped through weeks; and
   * those after which people can add none, so that it can still be closed meanwhile. Alerts themselves stay for ever:
   * a hundred a month of a region, of some 10 kB each, are 120 MB in ten years, and what was told is asked for later.
   */
  alertEvents: 1_000,
  alertEventsWithActs: 2_000,
  /** Earlier alerts at the same place that are looked through for what was tried before: some years of them. */
  earlierAlerts: 50,
  ownerCharacters: 100,

  /** Rules of one trial on history: a folder of an estate has some. */
  trialRules: 20,
  /** A year of every season; the one before it is read besides, to learn from. */
  trialDays: 366,
  /**
   * Sites of one trial, and sites × days: a site with its year takes a second to half a minute of a core, so that ten
   * of them for a year, or forty for three months, are some minutes.
   */
  trialSites: 40,
  trialSiteDays: 3_660,
  /** Trials that wait, and those whose answers are kept in memory: some hundred alerts each. */
  waitingTrials: 5,
  keptTrials: 20,

  /** Delivery. A Teams card may have some 28 kB, less what the Workflow adds. */
  teamsMessageBytes: 24_576,
  /** Lines of one list of a digest: a screen or two, the dearest first; all are counted. */
  digestLines: 40,
  /** Alerts read at once for dashboards: some megabytes, a tenth of a second. */
  alertsPerLook: 200,
  /** One attempt, which an ordered end waits for: servers that look for spam take some seconds to answer. */
  deliveryTimeoutMs: 15_000,
  /** How often it is looked what is to be told: somebody is told of a burst main within seconds. */
  deliveryLookMs: 5_000,
  /**
   * Pauses between attempts grow from the first to the longest, so that thirty of them are about a day: mail servers
   * give up after days, but an alert is then of yesterday.
   */
  deliveryRetryFirstSeconds: 15,
  deliveryRetryLongestSeconds: 3_600,
  deliveryAttempts: 30,
  /** Planned and let go in one look; the rest follows in the next. */
  deliveryLook: 500,
  /** What was told, kept: a hundred a day for years. The oldest that is done with makes room. */
  deliveryRows: 200_000,
  /** What one digest lists at most; all are counted in its lines. */
  digestItems: 500,
  /** A look at how much people are told: a quarter, a thousand notices a day, and the alerts of an estate. */
  alarmLoadDays: 92,
  alarmLoadRows: 100_000,
  alarmLoadAlerts: 10_000,

  /** What a command reads of a list: so many pages, which are all meters of a region or fifty thousand alerts. */
  commandPages: 50,

  /** Estate folder: a region has some ten thousand meters. */
  estateFiles: 2_000,
  estateFileBytes: 8_388_608,
  estateFolderDepth: 16,
  /** How often a process looks whether the folder has changed; it is judged when it was the same twice. */
  estatePollMs: 2_000,

  /** Attempts at anything over a network, and the pauses between them. */
  retryFirstMs: 250,
  retryLongestMs: 30_000,
  requestTimeoutMs: 30_000,

  /**
   * Grafana: a board of ours is some 100 kB of JSON. A check of a data source waits for the database behind it. Pages
   * of boards that have our tag: ten thousand, which nobody has. Grafana refuses a message that is longer.
   */
  grafanaTimeoutMs: 20_000,
  grafanaAnswerBytes: 8_388_608,
  grafanaPageSize: 500,
  grafanaPages: 20,
  grafanaMessageCharacters: 500,
  /** Places in which one board differs that are said on a terminal; JSON has all. */
  grafanaPlacesSaid: 20,
  stopTimeoutMs: 15_000,
} as const;
