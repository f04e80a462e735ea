import type { Windows, Figure } from './columns';
import type { Length } from '../shapes';
import { MILLISECONDS, type Span } from './span';
import type { ZoneClock } from './zone';

/** A year at one look: a column for each local day, a row for each stretch of the wall clock's day. */
export interface Carpet {
  /** Begin of each day, in milliseconds. */
  days: number[];
  /** Rows of a day of 24 hours. */
  rows: number;
  /** Row by row inside day by day; NaN where nothing is known, and for an hour the clock leapt over. An hour that came twice is the mean of both. */
  cells: Float64Array;
  low: number;
  high: number;
}

/** Lays windows of 15m or 1h out as a carpet. */
export function carpet(windows: Windows, figure: Figure, length: Length, span: Span, clock: ZoneClock): Carpet {
  const minutes = MILLISECONDS[length] / 60_000;
  const rows = 1440 / minutes;
  const days: number[] = [];
  for (let day = clock.day(span.from); day < span.to; day = clock.day(day, 1)) days.push(day);
  const cells = new Float64Array(days.length * rows).fill(NaN);
  const counts = new Uint8Array(cells.length);
  const column = windows[figure];
  let day = 0;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < windows.starts.length; i++) {
    const at = windows.starts[i]! * 1000;
    while (day + 1 < days.length && days[day + 1]! <= at) day++;
    const value = column[i];
    if (at < (days[0] ?? Infinity) || at >= span.to || value === null || value === undefined || (windows.coverage[i] ?? 0) <= 0) continue;
    const cell = day * rows + Math.min(rows - 1, Math.floor(clock.minutes(at) / minutes));
    const before = counts[cell]!;
    cells[cell] = before === 0 ? value : (cells[cell]! * before + value) / (before + 1);
    counts[cell] = before + 1;
  }
  for (const value of cells)
    if (value === value) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return low > high ? { days, rows, cells, low: 0, high: 1 } : { days, rows, cells, low, high };
}

/** The ends between which colours are spread: without the outermost hundredth on each side, lest one spike make everything else one colour. */
export function colourEnds(of: Carpet): [number, number] {
  const known = of.cells.filter((one) => one === one).sort();
  if (known.length === 0) return [0, 1];
  const [low, high] = [known[Math.floor(known.length * 0.01)]!, known[Math.ceil(known.length * 0.99) - 1]!];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

// Cividis (Nuñez, Anderton, Renslow 2018, PLoS ONE 13(7) e0199239), nine of its colours: as even for people who see colours otherwise, and in grey.
const CIVIDIS: readonly (readonly [number, number, number])[] = [
  [0, 34, 78],
  [28, 52, 109],
  [62, 70, 107],
  [87, 89, 109],
  [112, 109, 117],
  [139, 130, 120],
  [168, 152, 112],
  [202, 180, 96],
  [253, 231, 55],
];

/** Colour of a share 0..1 of the way, as red, green, blue 0..255. */
export function colour(share: number): [number, number, number] {
  const at = Math.min(Math.max(share, 0), 1) * (CIVIDIS.length - 1);
  const [from, to] = [CIVIDIS[Math.floor(at)]!, CIVIDIS[Math.ceil(at)]!];
  const part = at - Math.floor(at);
  return [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * part)) as [number, number, number];
}

/** The carpet as pixels, a day a column, midnight at the top; what is not known is left transparent. */
export function paint(of: Carpet, into: Uint8ClampedArray, [low, high] = colourEnds(of)): void {
  const width = of.days.length;
  for (let day = 0; day < width; day++)
    for (let row = 0; row < of.rows; row++) {
      const value = of.cells[day * of.rows + row]!;
      if (value !== value) continue;
      const pixel = 4 * (row * width + day);
      const [red, green, blue] = colour((value - low) / (high - low));
      into[pixel] = red;
      into[pixel + 1] = green;
      into[pixel + 2] = blue;
      into[pixel + 3] = 255;
    }
}
