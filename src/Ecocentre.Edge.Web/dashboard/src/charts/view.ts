import { signal } from '@preact/signals';
import type { Length } from '../shapes';
import { lengthFor, MILLISECONDS, within, type Span } from './span';

// After the last movement of a hand; a tenth of a second is felt as at once.
const REST = 120;

// A year of quarter hours, 35,136, and some on both sides.
const WINDOWS_MAX = 40_000;

/** What stretch of time the charts of a page show. All follow `shown` while a hand moves it; what needs fetching waits for `settled`. */
export class TimeView {
  readonly shown;
  /** Windows somebody asked for; null: whatever suits the span. */
  readonly detail = signal<Length | null>(null);
  readonly settled;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    span: Span,
    /** From the oldest that can be asked for until now. */
    readonly limits: () => Span,
  ) {
    this.shown = signal(span);
    this.settled = signal(span);
  }

  /** Windows of this length are shown. */
  get length(): Length {
    const { from, to } = this.settled.value;
    const { value } = this.detail;
    return value && fits(value, { from, to }) ? value : lengthFor({ from, to });
  }

  /** A hand moves it: again in a moment, most likely. */
  move(span: Span): void {
    // What the calendar shows beyond now may stay; nobody moves further.
    const { from, to } = this.limits();
    this.shown.value = within(span, { from, to: Math.max(to, this.shown.value.to) });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.settled.value = this.shown.value), REST);
  }

  /** Somebody chose a span; one of the calendar may reach beyond now. */
  choose(span: Span): void {
    clearTimeout(this.timer);
    this.shown.value = span;
    this.settled.value = span;
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

/** Whether so many windows can be shown: not more than a chart draws at once, nor so few that there is nothing to see. */
export function fits(length: Length, span: Span): boolean {
  const count = (span.to - span.from) / MILLISECONDS[length];
  return count <= WINDOWS_MAX && count >= 2;
}
