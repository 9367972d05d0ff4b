import { useState } from 'preact/hooks';
import { Refused } from '../../ask.ts';
import { Mark } from '../../pieces/mark.tsx';

interface SaveShape {
  readonly text: string;
  /** Address and body of a question that is answered with a file. */
  readonly address: string;
  readonly body: unknown;
  readonly file: string;
}

/** Saves the answer to a question in a body, which no link can ask. */
export function Save({ text, address, body, file }: SaveShape) {
  const [state, setState] = useState<'still' | 'asking' | 'failed'>('still');
  const save = async (): Promise<void> => {
    setState('asking');
    try {
      await saveAnswer(address, body, file);
      setState('still');
    } catch {
      setState('failed');
    }
  };
  return (
    <>
      <button type="button" class="small" aria-disabled={state === 'asking'} onClick={() => void save()}>
        {state === 'asking' ? 'Asking …' : text}
      </button>
      <span role="status">{state === 'failed' && <Mark kind="bad">it could not be saved</Mark>}</span>
    </>
  );
}

async function saveAnswer(address: string, body: unknown, file: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Refused(answer.status, []);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
