/**
 * First words of the addresses that are pages of the console: the API answers each with the console, whose own list of
 * pages begins with these (a test compares the two).
 */
export const consolePlaces = [
  'sites',
  'meters',
  'explain',
  'supply',
  'alerts',
  'plan',
  'figures',
  'data',
  'sign-in',
] as const;
