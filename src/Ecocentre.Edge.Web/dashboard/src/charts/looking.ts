import { useEffect, useMemo } from 'preact/hooks';
import { centre } from '../centre';
import { keepInAddress, place } from '../route';
import type { CentreNow, CriterionList, Length } from '../shapes';
import type { Windows } from './columns';
import { centreNow } from './now';
import { occupiedStretches, type Occupied } from './occupied';
import { centreClock, useWindows } from './source';
import { calendar, calendarOf, MILLISECONDS, type Calendar, type Span } from './span';
import { TimeView } from './view';

// No gateway is older; asking further back finds nothing.
const BACK_YEARS = 12;

// On a longer span a day is a few pixels, and its hours cannot be seen.
const STRIP_MAX = 62 * 86_400_000;

/** The stretch of time a page shows: what its address says, else `usual`; kept in the address. */
export function useTimeView(usual: Calendar): TimeView {
  const view = useMemo(() => {
    const made = new TimeView(fromAddress(place.peek().query, usual), limits);
    const detail = place.peek().query.get('detail');
    if (detail !== null && detail in MILLISECONDS) made.detail.value = detail as Length;
    return made;
  }, []);
  useEffect(() => {
    const stopDetail = view.detail.subscribe((detail) => keepInAddress({ detail }));
    const stop = view.settled.subscribe((span) => {
      const kind = calendarOf(span, centreClock());
      const isNow = kind !== null && span.from <= centreNow() && centreNow() < span.to;
      const [from, to] = [new Date(span.from).toISOString().slice(0, 16) + 'Z', new Date(span.to).toISOString().slice(0, 16) + 'Z'];
      keepInAddress(
        kind
          ? {
              span: isNow && kind === usual ? null : kind,
              at: isNow ? null : centreClock().date((span.from + span.to) / 2),
              from: null,
              to: null,
            }
          : { span: null, at: null, from, to },
      );
    });
    return () => {
      stop();
      stopDetail();
      view.stop();
    };
  }, [view]);
  return view;
}

function limits(): Span {
  const now = centreNow();
  return { from: now - BACK_YEARS * 365.25 * 86_400_000, to: calendar('day', now, centreClock()).to };
}

function fromAddress(query: URLSearchParams, usual: Calendar): Span {
  const clock = centreClock();
  const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
  if (from < to) return { from, to };
  const at = query.get('at');
  const kind = query.get('span');
  const middle = at && /^\d{4}-\d\d-\d\d$/.test(at) ? clock.parse(at) + 12 * 3_600_000 : centreNow();
  return calendar(kind === 'day' || kind === 'week' || kind === 'month' || kind === 'year' ? kind : usual, middle, clock);
}

/** Whether a strip of occupied time can be told from a line at such a span. */
export const canBeSeen = (span: Span) => span.to - span.from <= STRIP_MAX;

/** When a space was occupied over a span, as the label takes it; on long spans its opening hours, lest a year of quarter hours be fetched for it. */
export function useOccupied(space: string | null, span: Span, rule: CriterionList['occupied'] | null, withoutHistory: readonly string[]): Occupied[] {
  const presence = useMemo(() => {
    if (space === null || withoutHistory.includes(space)) return [];
    return [...(centre.value?.points.values() ?? [])]
      .filter((point) => point.quantity === 'presence' && point.place === space)
      .map((point) => point.name);
  }, [space, centre.value, withoutHistory]);
  const seen = canBeSeen(span);
  const sight = useWindows(seen ? presence : [], span, { length: '15m' });
  const opening: CentreNow['opening'] = centre.value?.about.opening ?? { weekly: [], holidays: [] };
  return useMemo(
    () => occupiedStretches(seen ? together(presence.map(sight.of)) : null, opening, rule, sight.span, centreClock()),
    [seen, presence, sight.version, sight.span.from, sight.span.to, opening, rule],
  );
}

/** Several sensors of a space as one: somebody is there when one of them sees somebody. */
function together(all: readonly Windows[]): Windows | null {
  if (all.length <= 1) return all[0] ?? null;
  const by = new Map<number, { mean: number | null; coverage: number }>();
  for (const one of all)
    one.starts.forEach((start, i) => {
      const known = by.get(start);
      const [mean, coverage] = [one.mean[i] ?? null, one.coverage[i] ?? 0];
      if (!known) by.set(start, { mean, coverage });
      else {
        known.mean = mean === null ? known.mean : Math.max(mean, known.mean ?? 0);
        known.coverage = Math.max(known.coverage, coverage);
      }
    });
  const starts = [...by.keys()].sort((a, b) => a - b);
  const none = starts.map(() => null);
  return {
    starts,
    mean: starts.map((at) => by.get(at)!.mean),
    coverage: starts.map((at) => by.get(at)!.coverage),
    min: none,
    max: none,
    delta: none,
  };
}
