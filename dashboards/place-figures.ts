/** Conditions on the series of figures that are published by place. */

/** The chosen sites, and no place that they are added up in. */
export const ofSites = `"kind" = 'site' AND "place" =~ /^$site$/`;

/** Twelve months that end with the last month: such an end is never longer ago than the month after it. */
export const latestYear = 'time > now() - 32d AND time <= now()';

/** The twelve months before those. */
export const yearBefore = 'time > now() - 397d AND time <= now() - 365d';
