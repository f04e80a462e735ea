import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import '../styles/charts.css';
import type { Bands } from '../charts/bands';
import { gaps } from '../charts/columns';
import { csv } from '../charts/csv';
import { follow, onKey } from '../charts/gestures';
import { centreNow } from '../charts/now';
import type { Occupied } from '../charts/occupied';
import { Plot, type Drawing, type Line, type Manner } from '../charts/plot';
import { centreClock, type Sight } from '../charts/source';
import { MILLISECONDS } from '../charts/span';
import type { TimeView } from '../charts/view';
import { chartWords as t, lengthWord, stepWord, tickWord, windowWord } from '../charts/words';
import { date, number, percent } from '../figures';
import { shownTheme, token } from '../theme';
import { language } from '../words';
import { Card } from './basics';

/** A line with what is known of its windows; null where nobody lived through them. */
export interface CoveredLine extends Line {
  coverage: readonly (number | null)[];
  digits: number;
}

/** A chart over time in a card: its readout, table and CSV. All charts with the same view show the same stretch of time. */
export function TimeChart(props: {
  title: string;
  sight: Sight;
  view: TimeView;
  lines: CoveredLine[];
  bands?: Bands | null;
  occupied?: readonly Occupied[];
  fromZero?: boolean;
  /** Least height of the axis of values: noise must not look like weather. */
  breadth?: number;
  bars?: boolean;
  tall?: boolean;
  /** Name of the file of the CSV, without ending. */
  file: string;
  more?: preact.ComponentChildren;
}) {
  const { sight, view, lines } = props;
  const holder = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const spoken = useRef<HTMLParagraphElement>(null);
  const plot = useRef<Plot | null>(null);
  const cursor = useRef<number | null>(null);
  const half = MILLISECONDS[sight.length] / 2;
  const middles = useMemo(() => sight.starts.map((start) => start * 1000 + half), [sight.starts, half]);
  const drawing: Drawing = {
    middles,
    lines,
    bands: props.bands ?? null,
    occupied: props.occupied ?? [],
    gaps: useMemo(
      () => (sight.loading ? [] : gaps(sight.starts, covered(lines, sight.starts.length), sight.length, centreNow())),
      [sight.starts, sight.version, lines, sight.loading],
    ),
  };
  const latest = useRef({ drawing, sight, lines });
  latest.current = { drawing, sight, lines };
  const shape = `${shownTheme.value} ${language.value} ${props.fromZero} ${props.bars} ${lines.map((line) => `${line.colour}${line.low ? 1 : 0}`).join()}`;

  useEffect(() => {
    const element = holder.current!;
    const made = new Plot(element, latest.current.drawing, view.shown.value, {
      clock: centreClock(),
      manner: manner(),
      sync: 'time',
      fromZero: props.fromZero ?? false,
      breadth: props.breadth ?? 0,
      bars: props.bars ?? false,
      onCursor: (index) => {
        cursor.current = index;
        if (readout.current) readout.current.textContent = words(index);
      },
    });
    plot.current = made;
    const stopHands = follow(element, () => made.field, view);
    const stopSpan = view.shown.subscribe((span) => made.show(span));
    const size = new ResizeObserver(() => made.fit());
    size.observe(element);
    return () => {
      stopHands();
      stopSpan();
      size.disconnect();
      made.remove();
      plot.current = null;
    };
  }, [shape, view]);
  useEffect(() => {
    plot.current?.redraw(drawing, view.shown.value);
    if (readout.current && cursor.current === null) readout.current.textContent = words(null);
  }, [drawing.middles, lines, props.bands, props.occupied, drawing.gaps]);

  function words(index: number | null): string {
    const { sight: now, lines: all } = latest.current;
    if (index === null) return '';
    const start = now.starts[index];
    if (start === undefined) return '';
    const told = all.map((line) => {
      const value = line.values[index] ?? null;
      const name = all.length > 1 ? `${line.name} ` : '';
      if (value === null) return `${name}${t('gap')}`;
      const spread = line.low?.[index] != null ? ` (${number(line.low[index], line.digits)} – ${number(line.high?.[index], line.digits)})` : '';
      return `${name}${number(value, line.digits)} ${unitWord(line.unit)}${spread}`;
    });
    return `${windowWord(start * 1000, now.length)}   ${told.join(' · ')}`;
  }
  const read = (step: number) => {
    const span = view.shown.value;
    const { sight: now } = latest.current;
    const visible = (i: number) => middles[i]! >= span.from && middles[i]! < span.to;
    let at = cursor.current === null ? now.starts.findIndex((_, i) => visible(i)) : cursor.current + step;
    at = Math.min(Math.max(at, 0), now.starts.length - 1);
    if (!visible(at)) return;
    cursor.current = at;
    plot.current?.point(at);
    if (readout.current) readout.current.textContent = words(at);
    if (spoken.current) spoken.current.textContent = words(at);
  };
  const key = (event: KeyboardEvent) => {
    if (event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) read(event.key === 'ArrowLeft' ? -1 : 1);
    else if (!onKey(event, view)) return;
    event.preventDefault();
  };
  const empty = lines.every((line) => line.values.every((one) => one === null));
  return (
    <Card class={`chart-card ${props.tall ? 'tall' : ''}`}>
      <div class="chart-head">
        <h2>{props.title}</h2>
        <p class="readout figure small" ref={readout} aria-hidden="true" />
        {props.more}
      </div>
      {lines.length > 1 && <Key lines={lines} bars={props.bars ?? false} />}
      <div class="chart-box">
        <div
          class="chart"
          ref={holder}
          tabIndex={0}
          role="application"
          aria-label={t('chart', { name: props.title })}
          onKeyDown={key}
          data-test={`chart-${props.file}`}
        />
        {empty && <p class="chart-empty soft">{sight.refusal ? refusalWord(sight) : sight.loading ? t('loading') : t('nothing')}</p>}
      </div>
      <p class="hidden-text" aria-live="polite" ref={spoken} />
      <Foot title={props.title} file={props.file} sight={sight} view={view} lines={lines} />
    </Card>
  );
}

function refusalWord(sight: Sight): string {
  return sight.refusal!.status === 403 ? t('forbidden') : sight.refusal!.status === 0 ? t('unreachable') : sight.refusal!.message;
}

function Key(props: { lines: readonly Line[]; bars: boolean }) {
  return (
    <ul class="key small">
      {props.lines.map((line) => (
        <li key={line.name}>
          <svg width="22" height="10" aria-hidden="true">
            {props.bars ? (
              <rect x="6" width="10" height="10" rx="2" fill={line.colour} />
            ) : (
              <path d="M0 5H22" stroke={line.colour} stroke-width="3" stroke-dasharray={line.dash?.join(' ') ?? 'none'} />
            )}
          </svg>
          {line.name}
        </li>
      ))}
    </ul>
  );
}

// As many rows as somebody reads; more windows are summed up.
const ROWS_MAX = 96;

function Foot(props: { title: string; file: string; sight: Sight; view: TimeView; lines: readonly CoveredLine[] }) {
  const [open, setOpen] = useState(false);
  const { sight, view, lines } = props;
  const save = () => {
    const span = view.shown.value;
    const inside = sight.starts.map((start, i) => ({ start, i })).filter(({ start }) => start * 1000 >= span.from && start * 1000 < span.to);
    const pick = (column: readonly (number | null)[]) => inside.map(({ i }) => column[i] ?? null);
    const text = csv(
      inside.map(({ start }) => start),
      lines.map((line) => ({ name: line.name, unit: line.unit, values: pick(line.values), coverage: pick(line.coverage) })),
      sight.length,
      centreClock(),
    );
    download(`${props.file}-${date(span.from)}-${sight.length}.csv`, text);
  };
  return (
    <div class="chart-foot small">
      <details onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
        <summary>{t('table')}</summary>
        {open && <Table {...props} />}
      </details>
      <CsvButton title={props.title} save={save} />
    </div>
  );
}

/** Hands over what a chart shows. */
export function CsvButton(props: { title: string; save: () => void }) {
  return (
    <button class="plain small" type="button" title={t('csvTitle')} aria-label={`${t('csvTitle')}: ${props.title}`} onClick={props.save} data-test="csv">
      <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
        <path d="M7 1v8m0 0L3.8 5.8M7 9l3.2-3.2M1 12.5h12" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
      {t('csv')}
    </button>
  );
}

function Table(props: { title: string; sight: Sight; view: TimeView; lines: readonly CoveredLine[] }) {
  const { sight, lines } = props;
  const span = props.view.settled.value;
  const shown = sight.starts
    .map((start, i) => ({ start, i }))
    .filter(({ start }) => start * 1000 >= span.from && start * 1000 < Math.min(span.to, centreNow()));
  const each = Math.ceil(shown.length / ROWS_MAX);
  const rows = Array.from({ length: Math.ceil(shown.length / each) }, (_, n) => shown.slice(n * each, (n + 1) * each));
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={props.title}>
      {each > 1 && <p class="soft">{t('each', { count: each, length: lengthWord(sight.length) })}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('when')}</th>
            {lines.map((line) => (
              <th scope="col" key={line.name}>
                {[lines.length > 1 || line.unit === '1' ? line.name : '', unitWord(line.unit)].filter(Boolean).join(', ')}
              </th>
            ))}
            <th scope="col">
              {t('least')} – {t('most')}
            </th>
            <th scope="col">{t('coverage')}</th>
          </tr>
        </thead>
        <tbody class="figure">
          {rows.map((row) => (
            <tr key={row[0]!.start}>
              <th scope="row">{windowWord(row[0]!.start * 1000, sight.length)}</th>
              {lines.map((line) => (
                <td key={line.name}>{number(mean(row.map(({ i }) => line.values[i] ?? null)), line.digits)}</td>
              ))}
              <td>{lines.map((line) => ends(line, row)).join(' · ')}</td>
              <td>{percent(row.reduce((all, { i }) => all + (lines[0]?.coverage[i] ?? 0), 0) / row.length)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ends(line: CoveredLine, row: readonly { i: number }[]): string {
  const all = (column: readonly (number | null)[]) => row.map(({ i }) => column[i] ?? null).filter((one): one is number => one !== null);
  const [low, high] = [all(line.low ?? line.values), all(line.high ?? line.values)];
  return low.length === 0 ? '–' : `${number(Math.min(...low), line.digits)} – ${number(Math.max(...high), line.digits)}`;
}

export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((one): one is number => one !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

/** Hands the user a file. */
export function download(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const FRENCH_UNITS: Record<string, string> = { d: 'j', a: 'an', days: 'jours', months: 'mois', nights: 'nuits', weeks: 'semaines', events: 'épisodes', series: 'séries' };

/** Units as people write them; "1" is none. Those that are words differ by language. */
export function unitWord(unit: string): string {
  return unit === '1' ? '' : language.value === 'fr' ? (FRENCH_UNITS[unit] ?? unit) : unit;
}

/** Best coverage over lines: what is known of one of them is known. */
function covered(lines: readonly CoveredLine[], count: number): (number | null)[] {
  return Array.from({ length: count }, (_, i) =>
    lines.reduce<number | null>((best, line) => {
      const one = line.coverage[i] ?? null;
      return one === null ? best : Math.max(best ?? 0, one);
    }, null),
  );
}

/** Colours and words of the theme and language shown. */
export function manner(): Manner {
  return {
    ink: token('--ink'),
    soft: token('--ink-soft'),
    grid: token('--grid'),
    card: token('--card'),
    watch: token('--watch'),
    font: "'Inter', system-ui, sans-serif",
    levels: [token('--category-3'), token('--category-2'), token('--category-1')],
    tick: tickWord,
    value: stepWord,
    limit: (value, level) => t('upTo', { value: number(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1), level }),
  };
}
