import { limits } from '../limits.ts';
import type { Problem } from '../problems.ts';

/** How full the quarantine is, as far as a notice needs it. */
export interface QuarantineFill {
  readonly rows: number;
  readonly bytes: number;
  /** Not replayed, and soon too old. */
  readonly expiring: number;
}

/** The larger share of its two bounds, from 0 to 1. */
export function quarantineShare({ rows, bytes }: Pick<QuarantineFill, 'rows' | 'bytes'>): number {
  return Math.min(1, Math.max(rows / limits.quarantineRows, bytes / limits.quarantineBytes));
}

/** What must be said before messages leave the quarantine unread. */
export function quarantineNotices(fill: QuarantineFill): Problem[] {
  const notices: Problem[] = [];
  const share = quarantineShare(fill);
  if (share >= limits.quarantineNoticeShare) {
    notices.push({ code: 'quarantine.filling', where: 'quarantine', found: `${Math.floor(share * 100)} % full` });
  }
  if (fill.expiring > 0) {
    const days = limits.quarantineNoticeSeconds / 86_400;
    const found = `${fill.expiring} within ${days} days`;
    notices.push({ code: 'quarantine.expiring', where: 'quarantine', found });
  }
  return notices;
}
