import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Mark } from './mark.tsx';

/** What was last done by a form that goes with it: held above the form, which is new each time. */
export function useDone() {
  const [done, setDone] = useState<{ readonly says: ComponentChildren; readonly times: number }>({
    says: undefined,
    times: 0,
  });
  return { ...done, tell: (says: ComponentChildren) => setDone(({ times }) => ({ says, times: times + 1 })) };
}

/** What was done; takes the focus, since the form that had it is gone. */
export function Done({ says }: { says: ComponentChildren }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (says !== undefined) line.current?.focus();
  }, [says]);
  return (
    <p role="status" tabIndex={-1} ref={line}>
      {says !== undefined && <Mark kind="good">{says}</Mark>}
    </p>
  );
}
