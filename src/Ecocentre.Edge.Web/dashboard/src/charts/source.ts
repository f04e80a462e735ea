import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask, Refusal } from '../api';
import { zone } from '../centre';
import type { Length, WindowColumns } from '../shapes';
import { centreNow } from './now';
import { grid, type Windows } from './columns';
import { lengthFor, type Span } from './span';
import { WindowStore } from './store';
import { ZoneClock } from './zone';

// The gateway answers at most as many at once.
const POINTS_AT_ONCE = 3;

const clocks = new Map<string, ZoneClock>();

/** The centre's wall clock. */
export function centreClock(): ZoneClock {
  const name = zone();
  let clock = clocks.get(name);
  if (!clock) clocks.set(name, (clock = new ZoneClock(name)));
  return clock;
}

/** What was fetched of windows, for all pages. */
export const store = new WindowStore(
  (points, length, span, cancel) =>
    ask<WindowColumns>(
      `points/windows?points=${points.map(encodeURIComponent).join(',')}&length=${length}` +
        `&from=${new Date(span.from).toISOString()}&to=${new Date(span.to).toISOString()}`,
      cancel,
    ),
  centreNow,
);

/** Windows of some points over a span. */
export interface Sight {
  length: Length;
  /** What they cover: the span asked for and some on both sides, so that moving shows something at once. */
  span: Span;
  /** Starts of all windows of {@link span}, in seconds. */
  starts: number[];
  of: (point: string) => Windows;
  loading: boolean;
  refusal: Refusal | null;
  /** Counts what came, for those who keep what they computed. */
  version: number;
}

/**
 * Windows of points over a span, fetched where they are not held yet; of a length that suits it, unless one is given.
 * @param padding share of the span shown on each side
 */
export function useWindows(points: readonly string[], span: Span, options: { length?: Length | undefined; padding?: number } = {}): Sight {
  const length = options.length ?? lengthFor(span);
  const padding = (span.to - span.from) * (options.padding ?? 0.25);
  const [from, to] = [Math.floor((span.from - padding) / 60_000) * 60_000, Math.ceil((span.to + padding) / 60_000) * 60_000];
  const names = points.join(',');
  const [state, setState] = useState<{ version: number; loading: boolean; refusal: Refusal | null }>({ version: 0, loading: true, refusal: null });
  useEffect(() => {
    if (names === '') return;
    const stop = new AbortController();
    const all = names.split(',');
    const wide = { from, to };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const go = async () => {
      try {
        // A point whose past may not be seen must not take the others' with it: such are never asked for together with others by the pages.
        for (let i = 0; i < all.length; i += POINTS_AT_ONCE) {
          await store.fetch(all.slice(i, i + POINTS_AT_ONCE), length, wide, stop.signal);
          if (!stop.signal.aborted) setState((before) => ({ version: before.version + 1, loading: i + POINTS_AT_ONCE < all.length, refusal: null }));
        }
        // New windows close while one watches.
        if (to > centreNow()) timer = setTimeout(() => void go(), 60_000);
      } catch (error) {
        if (stop.signal.aborted) return;
        const refusal = error instanceof Refusal ? error : new Refusal(0, String(error));
        setState((before) => ({ version: before.version + 1, loading: false, refusal }));
        if ([0, 429, 503].includes(refusal.status)) timer = setTimeout(() => void go(), 1000 * (refusal.retryAfterSeconds ?? 5));
      }
    };
    setState((before) => ({
      ...before,
      version: before.version + 1,
      loading: all.some((point) => store.held(point, length, wide) === null),
      refusal: null,
    }));
    void go();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [names, length, from, to]);
  const starts = useMemo(() => grid({ from, to }, length, centreClock()), [from, to, length, zone()]);
  const held = useMemo(() => new Map<string, Windows>(), [names, length, from, to, state.version]);
  return {
    length,
    span: { from, to },
    starts,
    loading: state.loading,
    refusal: state.refusal,
    version: state.version,
    of: (point) => {
      let windows = held.get(point);
      if (!windows) held.set(point, (windows = store.sofar(point, length, { from, to })));
      return windows;
    },
  };
}
