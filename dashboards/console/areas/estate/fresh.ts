import { useEffect, useRef, useState } from 'preact/hooks';
import { type LiveEvent, useLive } from '../../live.ts';
import { now } from '../../clock.ts';

/**
 * A count that grows when something happened that is wanted, at most once in so many seconds: what is asked again
 * with it follows the house without asking at every reading.
 */
export function useFresh(seconds: number, wants: (event: LiveEvent) => boolean): number {
  const [count, setCount] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useLive((event) => {
    if (timer.current !== undefined || !wants(event)) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      // A page that nobody sees asks nothing; the next event after it is seen again brings it up to date.
      if (!document.hidden) setCount((before) => before + 1);
    }, seconds * 1000);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return count;
}

/** The time, anew every so many seconds, for what says how long ago something was. */
export function useClock(seconds: number): number {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return at;
}
