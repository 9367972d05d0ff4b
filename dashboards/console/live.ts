import { useEffect, useRef, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { liveEvents } from '../../api/contract/live.ts';
import { doubtCaller, renewShown } from './ask.ts';
import { now } from './clock.ts';

type EventName = keyof typeof liveEvents;
/** What the house says as it happens. */
export type LiveEvent = {
  [Name in EventName]: { readonly name: Name; readonly data: z.output<(typeof liveEvents)[Name]> };
}[EventName];

const names: readonly EventName[] = ['reading', 'half-hours', 'alert'];

/** `lost`: nothing is heard at the moment; the browser tries again by itself. */
export type LiveState = { readonly state: 'opening' | 'open' | 'lost'; readonly since: number };

/** One stream for the whole page: a browser has only six connections to a house. */
const listeners = new Set<(event: LiveEvent) => void>();
const watchers = new Set<(state: LiveState) => void>();
let source: EventSource | undefined;
let current: LiveState = { state: 'opening', since: 0 };

function tell(state: LiveState['state']): void {
  if (state === current.state) return;
  current = { state, since: now() };
  for (const watcher of watchers) watcher(current);
}

const reopenMs = 15_000;

function open(): void {
  source = new EventSource('/v1/live');
  source.addEventListener('open', () => {
    // What happened while nothing was heard is not told again.
    if (current.state === 'lost') renewShown();
    tell('open');
  });
  source.addEventListener('error', () => {
    tell('lost');
    // After an answer that is no stream a browser gives up; the house may only be restarting.
    if (source?.readyState !== EventSource.CLOSED) return;
    doubtCaller();
    setTimeout(reopen, reopenMs);
  });
  for (const name of names) {
    source.addEventListener(name, (message: MessageEvent<string>) => {
      const event = { name, data: JSON.parse(message.data) } as LiveEvent;
      for (const listener of listeners) listener(event);
    });
  }
}

function reopen(): void {
  if (listeners.size + watchers.size === 0) return close();
  if (source?.readyState === EventSource.CLOSED) open();
}

function close(): void {
  source?.close();
  source = undefined;
  current = { state: 'opening', since: now() };
}

function join<T>(set: Set<T>, one: T): () => void {
  set.add(one);
  if (!source) open();
  return () => {
    set.delete(one);
    if (listeners.size + watchers.size === 0) close();
  };
}

/** Hears what happens as long as the component is there. */
export function useLive(hear: (event: LiveEvent) => void): void {
  const newest = useRef(hear);
  newest.current = hear;
  useEffect(() => join(listeners, (event) => newest.current(event)), []);
}

/** Whether the house is heard, for those who show what is live. */
export function useLiveState(): LiveState {
  const [state, setState] = useState(current);
  useEffect(() => {
    setState(current);
    return join(watchers, setState);
  }, []);
  return state;
}
