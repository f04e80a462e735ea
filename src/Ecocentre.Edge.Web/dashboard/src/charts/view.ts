import { signal } from '@preact/signals';
import { within, type Span } from './span';

// After the last movement of a hand; a tenth of a second is felt as at once.
const REST = 120;

/** What stretch of time the charts of a page show. All follow `shown` while a hand moves it; what needs fetching waits for `settled`. */
export class TimeView {
  readonly shown;
  readonly settled;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    span: Span,
    /** From the oldest that can be asked for until now. */
    readonly limits: () => Span,
  ) {
    const first = within(span, limits());
    this.shown = signal(first);
    this.settled = signal(first);
  }

  /** A hand moves it: again in a moment, most likely. */
  move(span: Span): void {
    this.shown.value = within(span, this.limits());
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
