import { parentPort } from 'node:worker_threads';
import { Looker } from './looker.ts';
import type { Answer, Question, Told } from './look-in-thread.ts';

/** The thread in which the watch looks: a site's year takes seconds, for which no request waits. */
const looker = new Looker();

parentPort?.on('message', (told: Told) => {
  if ('forget' in told) looker.forget(told.forget);
  else parentPort?.postMessage(answerOf(told), []);
});

function answerOf({ id, ask }: Question): Answer {
  try {
    return { id, answer: 'learn' in ask ? looker.learn(ask.learn) : looker.look(ask.look) };
  } catch (error) {
    return { id, error };
  }
}
