import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { z } from 'zod';
import type { callerAnswerSchema } from '../../api/contract/sessions.ts';
import type { KeyRoleName } from './pages.ts';

/** As the house says it. */
export type CallerAnswer = z.output<typeof callerAnswerSchema>;

/** Who looks, and what they may. */
export interface Caller extends Omit<CallerAnswer, 'reaches'> {
  reaches(role: KeyRoleName): boolean;
}

/** The caller of an answer. */
export function callerOf(answer: CallerAnswer): Caller {
  return { ...answer, reaches: (role) => answer.reaches.includes(role) };
}

const nobody = callerOf({
  name: '',
  role: 'read',
  reaches: [],
  organisations: [],
  sites: [],
  auth: 'keys',
  session: null,
  version: '',
});

export const CallerContext = createContext<Caller>(nobody);

export function useCaller(): Caller {
  return useContext(CallerContext);
}

/** Whether a key sees the whole estate. Some acts are for such only, whatever its role. */
export function isWhole({ organisations, sites }: Caller): boolean {
  return organisations.length + sites.length === 0;
}

/** What each role is called to people. */
export const roleWords: Readonly<Record<KeyRoleName, string>> = {
  read: 'look',
  operate: 'operate: alerts, meters and reads',
  procurement: 'procurement: prices, contracts and bills',
  admin: 'administer',
};
