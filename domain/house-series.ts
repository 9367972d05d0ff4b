/**
 * The series of Meterhouse itself, beside the readings, whose term it shares: nobody asks after seven years how long a
 * queue was.
 */
export const houseSeries = {
  // A point a minute of each process that takes messages. `process`: its name, the client id at the broker.
  house: {
    tags: ['process'],
    fields: [
      // What was done since the point before, which was so many seconds ago. To be added up.
      'seconds',
      'messages_received',
      'messages_decoded',
      'messages_ignored',
      'messages_quarantined',
      'messages_redelivered',
      'readings_stored',
      'readings_repeated',
      'readings_revised',
      'readings_refused',
      'batches_booked',
      'batches_failed',
      'derived_half_hours',
      'derivation_failures',
      'jobs_failed',
      // What is so now in this process.
      'messages_waiting',
      'readings_waiting',
      'spool_batches',
      'spool_bytes',
      'spool_share',
      'memory_bytes',
      'derives',
      'estate_problems',
      // What is so now in the state file, which processes of one host share: each of them says the same.
      'newest_reading_age_s',
      'newest_reading_known',
      // From its stamp to its receipt, of the newest reading of each series that was received since the point before.
      'receipt_lag_median_s',
      'receipt_lag_longest_s',
      'receipt_lag_known',
      'quarantine_messages',
      'quarantine_share',
      'meters_to_derive',
      'deliveries_waiting',
      'deliveries_undelivered',
      'oldest_delivery_waits_s',
    ],
    database: 'readings',
    time: 'UTC start of the minute',
  },
} as const;

export const houseSeriesNames = Object.keys(houseSeries) as (keyof typeof houseSeries)[];
