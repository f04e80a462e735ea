import type { Length, WindowColumns } from '../shapes';
import { MILLISECONDS, type Span } from './span';
import { NONE, type Windows } from './columns';

/** Asks the gateway for windows: GET points/windows. */
export type AskColumns = (points: readonly string[], length: Length, span: Span, cancel: AbortSignal) => Promise<WindowColumns>;

// Windows of a length come and go in pages of some hundreds: panning asks for what is new and little else, and the gateway reads no more days than are shown.
const PAGE: Record<Length, number> = {
  '1m': 0.5 * 86_400_000,
  '15m': 8 * 86_400_000,
  '1h': 32 * 86_400_000,
  '1d': 128 * 86_400_000,
};

// Of 768 windows of six numbers at most: 55 MB at the very most, a fraction of it in use; the oldest used goes first.
const PAGES_MAX = 1_500;

// A page that reaches into the present is good until the next windows close; a late reading may change the last minutes.
const FRESH = 60_000;

// Windows change for so long after their end: late readings and what waits in queues.
const SETTLED = 20 * 60_000;

interface Page {
  windows: Windows;
  /** Asked again after this. */
  until: number;
}

/** What was fetched of windows, so that what was seen once is seen again without asking. One for the whole dashboard. */
export class WindowStore {
  private readonly pages = new Map<string, Page>();

  constructor(
    private readonly ask: AskColumns,
    private readonly now: () => number,
  ) {}

  /** What is known already of a point over a span: null where pages are missing or too old. */
  held(point: string, length: Length, span: Span): Windows | null {
    const found: Windows[] = [];
    for (const page of this.numbers(length, span)) {
      const known = this.pages.get(key(point, length, page));
      if (!known || known.until < this.now()) return null;
      found.push(known.windows);
    }
    return cut(found, span);
  }

  /** As {@link held}, with whatever there is, old or in parts: for showing something while the rest comes. */
  sofar(point: string, length: Length, span: Span): Windows {
    const found: Windows[] = [];
    for (const page of this.numbers(length, span)) {
      const name = key(point, length, page);
      const known = this.pages.get(name);
      if (!known) continue;
      // Used last: goes last.
      this.pages.delete(name);
      this.pages.set(name, known);
      found.push(known.windows);
    }
    return cut(found, span);
  }

  /** Fetches what is missing of the points, the pages next to each other in one request. */
  async fetch(points: readonly string[], length: Length, span: Span, cancel: AbortSignal): Promise<void> {
    const missing = this.numbers(length, span).filter((page) =>
      points.some((point) => (this.pages.get(key(point, length, page))?.until ?? 0) < this.now()),
    );
    for (let i = 0; i < missing.length;) {
      let last = i;
      while (last + 1 < missing.length && missing[last + 1] === missing[last]! + 1) last++;
      await this.run(points, length, missing[i]!, missing[last]!, cancel);
      i = last + 1;
    }
  }

  private numbers(length: Length, span: Span): number[] {
    const last = Math.min(span.to, this.now()) - 1;
    const numbers: number[] = [];
    for (let page = Math.floor(span.from / PAGE[length]); page * PAGE[length] <= last; page++) numbers.push(page);
    return numbers;
  }

  private async run(points: readonly string[], length: Length, first: number, last: number, cancel: AbortSignal): Promise<void> {
    const begun = this.now();
    const span = { from: first * PAGE[length], to: Math.min((last + 1) * PAGE[length], Math.ceil(begun / 60_000) * 60_000) };
    const parts: WindowColumns[] = [];
    for (let from: number | null = span.from; from !== null;) {
      const part: WindowColumns = await this.ask(points, length, { from, to: span.to }, cancel);
      parts.push(part);
      const next: number | null = part.next === null ? null : Date.parse(part.next);
      if (next !== null && next <= from) throw new Error('The gateway turns in a circle.');
      from = next;
    }
    for (const [i, point] of points.entries())
      for (let page = first; page <= last; page++) {
        const windows = pageOf(parts, i, { from: page * PAGE[length], to: (page + 1) * PAGE[length] });
        const settled = (page + 1) * PAGE[length] + MILLISECONDS[length] + SETTLED < begun;
        this.pages.set(key(point, length, page), { windows, until: settled ? Infinity : begun + FRESH });
      }
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= PAGES_MAX) break;
      this.pages.delete(oldest);
    }
  }
}

function key(point: string, length: Length, page: number): string {
  return `${length} ${page} ${point}`;
}

function pageOf(parts: readonly WindowColumns[], point: number, span: Span): Windows {
  const page: Windows = { starts: [], mean: [], min: [], max: [], delta: [], coverage: [] };
  for (const part of parts) {
    const of = part.points[point];
    if (!of) continue;
    for (let i = lower(part.starts, span.from / 1000); i < part.starts.length && part.starts[i]! * 1000 < span.to; i++) {
      // The axis is that of all points together: a start without coverage belongs to others.
      if (of.coverage[i] === null || of.coverage[i] === undefined) continue;
      page.starts.push(part.starts[i]!);
      page.mean.push(of.mean?.[i] ?? null);
      page.min.push(of.min?.[i] ?? null);
      page.max.push(of.max?.[i] ?? null);
      page.delta.push(of.delta?.[i] ?? null);
      page.coverage.push(of.coverage[i]!);
    }
  }
  return page;
}

/** First index whose start is not before a time. */
function lower(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cut(pages: readonly Windows[], span: Span): Windows {
  if (pages.length === 0) return NONE;
  const all: Windows = { starts: [], mean: [], min: [], max: [], delta: [], coverage: [] };
  for (const page of pages) {
    const [from, to] = [lower(page.starts, span.from / 1000), lower(page.starts, span.to / 1000)];
    for (const name of ['starts', 'mean', 'min', 'max', 'delta', 'coverage'] as const) {
      const [into, of] = [all[name], page[name]];
      for (let i = from; i < to; i++) into.push(of[i] as number);
    }
  }
  return all;
}
