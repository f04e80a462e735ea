import type { Length } from '../shapes';
import { MILLISECONDS, type Span } from './span';
import type { ZoneClock } from './zone';

export type Figure = 'mean' | 'min' | 'max' | 'delta' | 'coverage';

/** Windows of one length, column by column, by start. Where a column holds null nothing is known; an absent start is a window nobody lived through. */
export interface Windows {
  /** Seconds since 1970. */
  starts: number[];
  mean: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
  delta: (number | null)[];
  coverage: (number | null)[];
}

export const NONE: Windows = { starts: [], mean: [], min: [], max: [], delta: [], coverage: [] };

/** Starts of all windows of a length that begin in a span, in seconds, whether anything is known of them or not. */
export function grid(span: Span, length: Length, clock: ZoneClock): number[] {
  const starts: number[] = [];
  if (length === '1d') {
    let day = clock.day(span.from);
    if (day < span.from) day = clock.day(day, 1);
    for (; day < span.to; day = clock.day(day, 1)) starts.push(day / 1000);
    return starts;
  }
  const step = MILLISECONDS[length] / 1000;
  for (let start = Math.ceil(span.from / 1000 / step) * step; start < span.to / 1000; start += step) starts.push(start);
  return starts;
}

/** A column laid on a grid: null wherever nothing is known, so that a line drawn through it breaks and never joins over a gap. */
export function onGrid(starts: readonly number[], windows: Windows, figure: Figure): (number | null)[] {
  const laid = new Array<number | null>(starts.length).fill(null);
  const [from, column] = [windows.starts, windows[figure]];
  let next = 0;
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i]!;
    while (next < from.length && from[next]! < start) next++;
    // What is known of nothing is a gap, whatever the figure says.
    if (next < from.length && from[next] === start && (windows.coverage[next] ?? 0) > 0) laid[i] = column[next] ?? null;
  }
  return laid;
}

/** Mean power in kW of windows in which so many kWh were counted. */
export function asPower(energy: readonly (number | null)[], length: Length): (number | null)[] {
  const hours = MILLISECONDS[length] / 3_600_000;
  return energy.map((one) => (one === null ? null : one / hours));
}

/** Adds columns up; null where one of them is not known, since a sum without it would be wrong. */
export function sum(columns: readonly (readonly (number | null)[])[]): (number | null)[] {
  const first = columns[0] ?? [];
  return first.map((_, i) => {
    let total = 0;
    for (const column of columns) {
      const one = column[i] ?? null;
      if (one === null) return null;
      total += one;
    }
    return total;
  });
}

/** Stretches of a grid in which less than all is known, in milliseconds: `share` is the coverage, 0 where there is nothing. Neighbours that are alike
 * come as one. */
export function gaps(starts: readonly number[], coverage: readonly (number | null)[], length: Length, until: number): (Span & { share: number })[] {
  const found: (Span & { share: number })[] = [];
  for (let i = 0; i < starts.length; i++) {
    const from = starts[i]! * 1000;
    if (from >= until) break;
    const to = Math.min(i + 1 < starts.length ? starts[i + 1]! * 1000 : from + MILLISECONDS[length], until);
    // The window that runs has not ended, and nobody could know it yet.
    if (from + MILLISECONDS[length] > until) break;
    const share = coverage[i] ?? 0;
    if (share >= 0.995) continue;
    const last = found[found.length - 1];
    if (last && last.to === from && (last.share === 0) === (share === 0)) {
      last.share = share === 0 ? 0 : Math.min(last.share, share);
      last.to = to;
    } else found.push({ from, to, share });
  }
  return found;
}
