/** What becomes of what people are to be told, in words; by itself, so that a browser need not know who is told. */

/** Why something is not told now. */
export const heldBack = {
  'quiet-hours': 'it waits until the quiet hours are over',
  small: 'it is worth too little to be told by itself',
  passed: 'it was over before it was seen',
  over: 'it was over before it was told',
  'told-since': 'something that mattered at once was told of it meanwhile',
  shelved: 'somebody put it away',
  'most-a-day': 'the route had told as much that day as it may',
  'never-told': 'the recipient was never told that it began',
  elsewhere: 'the route is for other places, or for other things',
  severity: 'the route is for other severities',
  'no-channel': 'no channel of this name was configured',
  changed: 'something else happened to it since',
} as const;
export type HeldBack = keyof typeof heldBack;

/** What becomes of one thing that somebody is to be told. */
export const deliveryStates = {
  held: 'it waits until the quiet hours are over',
  waiting: 'it is to be sent, or sent again',
  sent: 'the other side took it',
  undelivered: 'it was refused, or nobody took it for a day',
  digest: 'it waits for the digest of its route',
  listed: 'it stands in a digest',
  left_out: 'nobody is told of it',
} as const;
export type DeliveryState = keyof typeof deliveryStates;
