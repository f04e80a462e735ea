import uPlot from 'uplot';
import type { Bands } from './bands';
import type { Occupied } from './occupied';
import type { Span } from './span';
import { ticks, type TickText } from './ticks';
import type { ZoneClock } from './zone';

/** A line of a chart: a value for each start of the axis, null where nothing is known. */
export interface Line {
  name: string;
  unit: string;
  /** As CSS takes it. */
  colour: string;
  values: readonly (number | null)[];
  /** Least and greatest within each window: drawn as a soft band around the line. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
  dash?: number[];
}

/** What is drawn. */
export interface Drawing {
  /** Middles of the windows, in milliseconds. */
  middles: readonly number[];
  lines: readonly Line[];
  bands: Bands | null;
  occupied: readonly Occupied[];
  gaps: readonly (Span & { share: number })[];
}

/** How it looks and speaks; a change of it makes a new plot. */
export interface Manner {
  ink: string;
  soft: string;
  grid: string;
  card: string;
  watch: string;
  font: string;
  /** Of levels 1, 2, 3. */
  levels: readonly string[];
  /** Text of a tick on the axis of time. */
  tick: (at: number, kind: TickText) => string;
  /** Text of a value on the other axis. */
  value: (value: number, step: number) => string;
  /** Text at a level's limit. */
  limit: (value: number, level: number) => string;
}

export interface PlotOptions {
  clock: ZoneClock;
  manner: Manner;
  sync: string | null;
  /** The axis shows zero, whatever the values are. */
  fromZero: boolean;
  /** Least height of the axis of values. */
  breadth: number;
  bars: boolean;
  /** Told the index of the window under the cursor, or null. */
  onCursor: (index: number | null) => void;
}

const STRIP = 5;

/** A chart over time on uPlot: lines with their spread, ranges of the label, occupied time as a strip above, gaps hatched. */
export class Plot {
  private readonly plot: uPlot;
  private drawing: Drawing;
  private asked = performance.now();

  constructor(
    private readonly holder: HTMLElement,
    drawing: Drawing,
    span: Span,
    private readonly options: PlotOptions,
  ) {
    this.drawing = drawing;
    this.plot = new uPlot(this.settings(span), columns(drawing), holder);
  }

  get field(): { left: number; width: number } {
    const ratio = devicePixelRatio || 1;
    return { left: this.plot.bbox.left / ratio, width: this.plot.bbox.width / ratio };
  }

  /** Draws other figures of the same lines. */
  redraw(drawing: Drawing, span: Span): void {
    this.drawing = drawing;
    this.asked = performance.now();
    this.plot.batch(() => {
      this.plot.setData(columns(drawing), false);
      this.plot.setScale('x', { min: span.from, max: span.to });
    });
  }

  show(span: Span): void {
    this.plot.setScale('x', { min: span.from, max: span.to });
  }

  fit(): void {
    const { clientWidth, clientHeight } = this.holder;
    if (clientWidth > 0 && (clientWidth !== this.plot.width || clientHeight !== this.plot.height))
      this.plot.setSize({ width: clientWidth, height: clientHeight });
  }

  /** Puts the cursor on a window, for those who read with keys. */
  point(index: number): void {
    const at = this.drawing.middles[index];
    if (at === undefined) return;
    this.plot.setCursor({ left: this.plot.valToPos(at, 'x'), top: this.plot.over.clientHeight / 2 });
  }

  remove(): void {
    this.plot.destroy();
  }

  private settings(span: Span): uPlot.Options {
    const { manner, clock, sync, fromZero, bars, onCursor } = this.options;
    const narrow = this.holder.clientWidth < 520;
    const axis = { stroke: manner.soft, font: `12px ${manner.font}`, labelFont: `12px ${manner.font}` };
    return {
      width: Math.max(this.holder.clientWidth, 50),
      height: Math.max(this.holder.clientHeight, 50),
      padding: [STRIP + 8, narrow ? 8 : 14, 0, 0],
      legend: { show: false },
      cursor: {
        drag: { x: false, y: false, setScale: false },
        points: { size: 7, width: 2 },
        ...(sync ? { sync: { key: sync, setSeries: false } } : {}),
      },
      scales: {
        x: { time: false, auto: false, min: span.from, max: span.to },
        y: { range: (_, low, high) => this.range(low, high, fromZero) },
      },
      series: [{}, ...this.drawing.lines.flatMap((line, i, all) => this.series(line, bars, all.length === 2 ? (i === 0 ? -1 : 1) : null))],
      bands: this.spreads(),
      axes: [
        {
          ...axis,
          size: 34,
          gap: 6,
          grid: { show: false },
          ticks: { stroke: manner.grid, width: 1, size: 5 },
          splits: (u, _, min, max) => ticks({ from: min, to: max }, clock, u.width / (narrow ? 76 : 88)).at,
          values: (u, splits) => {
            const { min = 0, max = 1 } = u.scales['x']!;
            const marks = ticks({ from: min, to: max }, clock, u.width / (narrow ? 76 : 88));
            return splits.map((at, i) => manner.tick(at, marks.text[i] ?? 'day'));
          },
        },
        {
          ...axis,
          size: narrow ? 40 : 52,
          gap: 6,
          space: 34,
          grid: { stroke: manner.grid, width: 1 },
          ticks: { show: false },
          values: (_, splits) => splits.map((value) => manner.value(value, Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)))),
        },
      ],
      hooks: {
        drawClear: [(u) => this.under(u)],
        draw: [(u) => this.over(u), () => this.measure()],
        setCursor: [(u) => onCursor(u.cursor.left !== undefined && u.cursor.left >= 0 ? (u.cursor.idx ?? null) : null)],
      },
    };
  }

  private series(line: Line, bars: boolean, beside: -1 | 1 | null): uPlot.Series[] {
    const main: uPlot.Series = {
      stroke: line.colour,
      width: 1.6,
      spanGaps: false,
      ...(line.dash ? { dash: line.dash } : {}),
      points: { show: true, size: 4, fill: line.colour, width: 0, filter: (u, index) => lonely(u.data[index]!) },
    };
    if (bars)
      Object.assign(main, {
        fill: line.colour,
        width: 0,
        paths: uPlot.paths.bars!(beside === null ? { size: [0.72, 46] } : { size: [0.36, 26], align: beside }),
        points: { show: false },
      });
    if (!line.low) return [main];
    const edge: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: false };
    return [main, { ...edge }, { ...edge }];
  }

  private spreads(): uPlot.Band[] {
    const bands: uPlot.Band[] = [];
    let at = 1;
    for (const line of this.drawing.lines) {
      if (line.low) bands.push({ series: [at + 1, at + 2], fill: mixed(line.colour, 0.2) });
      at += line.low ? 3 : 1;
    }
    return bands;
  }

  private range(low: number | null, high: number | null, fromZero: boolean): [number, number] {
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
    const missing = this.options.breadth - (high - low);
    if (missing > 0) [low, high] = [low - missing / 2, high + missing / 2];
    const room = Math.max((high - low) * 0.08, Math.abs(high) * 0.01, 0.05);
    return fromZero ? [Math.min(0, low - (low < 0 ? room : 0)), high + room] : [low - room, high + room];
  }

  /** Below the lines: ranges of the label, gaps, occupied time. */
  private under(u: uPlot): void {
    const { left, top, width, height } = u.bbox;
    const canvas = u.ctx;
    const ratio = devicePixelRatio || 1;
    canvas.save();
    canvas.beginPath();
    canvas.rect(left, top - (STRIP + 3) * ratio, width, height + (STRIP + 3) * ratio);
    canvas.clip();
    this.ranges(u);
    for (const gap of this.drawing.gaps)
      if (gap.share === 0) hatch(canvas, x(u, gap.from), top, x(u, gap.to), top + height, mixed(this.options.manner.soft, 0.38), ratio);
    for (const stretch of this.drawing.occupied) {
      const [from, to] = [x(u, stretch.from), x(u, stretch.to)];
      canvas.fillStyle = mixed(this.options.manner.soft, stretch.by === 'presence' ? 0.75 : 0.32);
      canvas.fillRect(from, top - (STRIP + 2) * ratio, Math.max(to - from, ratio), STRIP * ratio);
    }
    canvas.restore();
  }

  private ranges(u: uPlot): void {
    const { bands } = this.drawing.bands ?? { bands: [] };
    const { left, top, width, height } = u.bbox;
    const [first, last] = [u.valToIdx(u.scales['x']!.min!), u.valToIdx(u.scales['x']!.max!)];
    for (const band of bands) {
      const y = (value: number | null, open: number) => (value === null ? open : u.valToPos(value, 'y', true));
      u.ctx.fillStyle = mixed(this.options.manner.levels[band.level - 1]!, 0.13);
      // Between places where the ends change it is a rectangle; there are few of them.
      for (let i = first; i <= last;) {
        let end = i;
        while (end < last && band.low[end + 1] === band.low[i] && band.high[end + 1] === band.high[i]) end++;
        const [low, high] = [band.low[i] ?? null, band.high[i] ?? null];
        if (low !== null || high !== null) {
          const from = Math.round(i === first ? left : x(u, u.data[0][i]!));
          const to = Math.round(end === last ? left + width : x(u, u.data[0][end + 1]!));
          const [above, below] = [Math.max(top, y(high, top)), Math.min(top + height, y(low, top + height))];
          // Each range in its own colour, not in a mixture with the wider ones below it.
          u.ctx.clearRect(from, above, to - from, Math.max(0, below - above));
          u.ctx.fillRect(from, above, to - from, Math.max(0, below - above));
        }
        i = end + 1;
      }
    }
  }

  /** How long the last drawing took, for whoever looks with the browser's tools; only the newest is kept. */
  private measure(): void {
    if (this.asked === 0) return;
    performance.clearMeasures('plot');
    performance.measure('plot', { start: this.asked, detail: this.drawing.middles.length });
    this.asked = 0;
  }

  /** Above the lines: limits with their level in words, and a strip where only part is known. */
  private over(u: uPlot): void {
    const { left, top, width, height } = u.bbox;
    const { manner } = this.options;
    const ratio = devicePixelRatio || 1;
    const canvas = u.ctx;
    canvas.save();
    for (const gap of this.drawing.gaps) {
      if (gap.share === 0) continue;
      const [from, to] = [Math.max(left, x(u, gap.from)), Math.min(left + width, x(u, gap.to))];
      canvas.fillStyle = manner.watch;
      if (to > from) canvas.fillRect(from, top + height - 3 * ratio, Math.max(to - from, ratio), 3 * ratio);
    }
    canvas.font = `600 ${11 * ratio}px ${manner.font}`;
    canvas.textAlign = 'right';
    const [first, end] = [u.valToIdx(u.scales['x']!.min!), u.valToIdx(u.scales['x']!.max!)];
    const taken: number[] = [];
    for (const band of this.drawing.bands?.bands ?? []) {
      // The newest that is known: a limit above outdoor air has no future.
      let last = end;
      while (last > first && (band.high[last] ?? band.low[last] ?? null) === null) last--;
      for (const value of [band.high[last] ?? null, band.low[last] ?? null]) {
        if (value === null) continue;
        const y = u.valToPos(value, 'y', true);
        if (y < top + 2 || y > top + height - 2) continue;
        canvas.strokeStyle = manner.levels[band.level - 1]!;
        canvas.lineWidth = ratio;
        canvas.setLineDash([5 * ratio, 4 * ratio]);
        canvas.beginPath();
        canvas.moveTo(left, y);
        canvas.lineTo(left + width, y);
        if (band.low.every((one) => one === band.low[last]) && band.high.every((one) => one === band.high[last])) canvas.stroke();
        if (taken.some((one) => Math.abs(one - y) < 14 * ratio)) continue;
        taken.push(y);
        const text = manner.limit(value, band.level);
        const wide = canvas.measureText(text).width;
        // Above its line, or below it where that would leave the chart.
        const foot = y - top < 16 * ratio ? y + 15 * ratio : y - 2 * ratio;
        canvas.fillStyle = mixed(manner.card, 0.82);
        canvas.fillRect(left + width - wide - 8 * ratio, foot - 13 * ratio, wide + 8 * ratio, 13 * ratio);
        canvas.fillStyle = manner.ink;
        canvas.fillText(text, left + width - 4 * ratio, foot - 3 * ratio);
      }
    }
    canvas.restore();
  }
}

function columns(drawing: Drawing): uPlot.AlignedData {
  return [
    drawing.middles as number[],
    ...drawing.lines.flatMap((line) => [line.values, ...(line.low ? [line.high!, line.low] : [])] as (number | null)[][]),
  ];
}

function x(u: uPlot, at: number): number {
  return u.valToPos(at, 'x', true);
}

/** Windows without a neighbour, which no line shows. */
function lonely(column: uPlot.AlignedData[number]): number[] | null {
  const found: number[] = [];
  for (let i = 0; i < column.length; i++) if (column[i] != null && column[i - 1] == null && column[i + 1] == null) found.push(i);
  return found;
}

/** A colour with less than its whole strength. */
export function mixed(colour: string, strength: number): string {
  return `color-mix(in srgb, ${colour} ${Math.round(strength * 100)}%, transparent)`;
}

function hatch(canvas: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number, colour: string, ratio: number): void {
  if (right - left < 0.5) right = left + 0.5;
  canvas.save();
  canvas.beginPath();
  canvas.rect(left, top, right - left, bottom - top);
  canvas.clip();
  canvas.strokeStyle = colour;
  canvas.lineWidth = ratio;
  canvas.beginPath();
  const step = 7 * ratio;
  const height = bottom - top;
  const begin = Math.floor((Math.max(left, 0) - height) / step) * step;
  for (let at = begin; at < Math.min(right, canvas.canvas.width); at += step) {
    canvas.moveTo(at, bottom);
    canvas.lineTo(at + height, top);
  }
  canvas.stroke();
  canvas.restore();
}
