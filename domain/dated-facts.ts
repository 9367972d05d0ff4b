import { z } from 'zod';

/** What dated facts of the register say alike: when they hold, and where they are known from. */

export const dateSchema = z.iso.date().describe('a London date, 2026-04-01');
export const firstDaySchema = z.iso.date().describe('the first London date on which it holds, 2026-04-01');
export const lastDaySchema = z.iso.date().describe('the last London date on which it holds, 2027-03-31');
export const sourceSchema = z.string().min(3).max(500).describe('text that says where this is known from');
