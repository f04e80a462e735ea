const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// Two changes of a zone's clock lie further apart than this (Morocco's around Ramadan: a month), so within it there is at most one.
const STRETCH = 8 * DAY;

/** The wall clock of an IANA zone, in milliseconds. A formatter is asked a few dozen times a year, not once an instant: drawing a year needs thousands. */
export class ZoneClock {
  private readonly stretches = new Map<number, { at: number; before: number; after: number }>();
  private readonly ends = new Map<number, number>();
  private readonly format: Intl.DateTimeFormat;

  constructor(readonly zone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      era: 'short',
    });
  }

  /** How far the wall clock is ahead of UTC at an instant. */
  offset(at: number): number {
    const index = Math.floor(at / STRETCH);
    let stretch = this.stretches.get(index);
    if (!stretch) this.stretches.set(index, (stretch = this.look(index)));
    return at < stretch.at ? stretch.before : stretch.after;
  }

  /** The wall clock's reading at an instant, as if it were UTC: for `Date`'s UTC getters. */
  local(at: number): number {
    return at + this.offset(at);
  }

  /** The instant of a reading of the wall clock: the first of two; where the clock leaps over it, the leap. */
  instant(local: number): number {
    const [early, late] = [this.offset(local - DAY), this.offset(local + DAY)];
    if (this.offset(local - early) === early) return local - early;
    if (this.offset(local - late) === late) return local - late;
    let [low, high] = [local - Math.max(early, late), local - Math.min(early, late)];
    while (high - low > 1000) {
      const middle = (low + high) / 2;
      if (this.offset(middle) === early) low = middle;
      else high = middle;
    }
    return Math.round(high / 1000) * 1000;
  }

  /** Begin of the local day that holds an instant; `days` later. */
  day(at: number, days = 0): number {
    return this.instant((Math.floor(this.local(at) / DAY) + days) * DAY);
  }

  /** 2026-11-22 */
  date(at: number): string {
    return new Date(this.local(at)).toISOString().slice(0, 10);
  }

  /** Begin of a local day written as 2026-11-22. */
  parse(date: string): number {
    return this.instant(Date.parse(`${date}T00:00:00Z`));
  }

  /** 0 for Sunday to 6. */
  weekday(at: number): number {
    return new Date(this.local(at)).getUTCDay();
  }

  /** Minutes since midnight on the wall clock. */
  minutes(at: number): number {
    return Math.floor((this.local(at) % DAY) / 60_000);
  }

  private look(index: number): { at: number; before: number; after: number } {
    const [before, after] = [this.asked(index * STRETCH), this.asked((index + 1) * STRETCH)];
    let [low, high] = [index * STRETCH, (index + 1) * STRETCH];
    if (before === after) return { at: low, before, after };
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (this.ask(middle) === before) low = middle;
      else high = middle;
    }
    return { at: high, before, after };
  }

  private asked(at: number): number {
    let known = this.ends.get(at);
    if (known === undefined) this.ends.set(at, (known = this.ask(at)));
    return known;
  }

  private ask(at: number): number {
    const parts: Record<string, number> = {};
    for (const part of this.format.formatToParts(at)) parts[part.type] = Number(part.value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  }
}
