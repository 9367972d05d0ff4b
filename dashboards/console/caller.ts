import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export type KeyRoleName = 'read' | 'operate' | 'procurement' | 'admin';

/** As the house says it. */
export interface CallerAnswer {
  readonly name: string;
  readonly role: KeyRoleName;
  /** The role and those that it includes. */
  readonly reaches: readonly KeyRoleName[];
  readonly organisations: readonly string[];
  readonly sites: readonly string[];
  /** `off`: everybody on this machine may do everything, and there is nothing to sign out of. */
  readonly auth: 'keys' | 'off';
  readonly version: string;
}

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
  version: '',
});

export const CallerContext = createContext<Caller>(nobody);

export function useCaller(): Caller {
  return useContext(CallerContext);
}

/** What each role is called to people. */
export const roleWords: Readonly<Record<KeyRoleName, string>> = {
  read: 'look',
  operate: 'operate: alerts, meters and reads',
  procurement: 'procurement: prices, contracts and bills',
  admin: 'administer',
};
