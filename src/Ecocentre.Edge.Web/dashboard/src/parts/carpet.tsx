import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import '../styles/charts.css';
import { carpet, colour, colourEnds, paint } from '../charts/carpet';
import type { Figure, Windows } from '../charts/columns';
import { csv } from '../charts/csv';
import { centreClock, useWindows } from '../charts/source';
import type { Span } from '../charts/span';
import { monthWord, windowWord } from '../charts/words';
import { clock as clockWord, day as dayWord, number } from '../figures';
import { words } from '../words';
import { Card } from './basics';
import { CsvButton, download, unitWord } from './timechart';

const t = words({
  en: {
    about: '{name}: each column is a day, each row an hour, midnight at the top. Lowest {low}, highest {high} {unit}.',
    pick: 'Click a day to look at it.',
    table: 'Show months as a table',
    month: 'Month',
    none: 'nothing known',
    hatched: 'hatched: nothing known',
    mean: 'Mean',
    low: 'Least hour',
    high: 'Most hour',
  },
  fr: {
    about: '{name} : chaque colonne est un jour, chaque ligne une heure, minuit en haut. Minimum {low}, maximum {high} {unit}.',
    pick: 'Cliquez un jour pour le voir.',
    table: 'Voir les mois en tableau',
    month: 'Mois',
    none: 'rien de connu',
    hatched: 'hachuré : rien de connu',
    mean: 'Moyenne',
    low: 'Heure la plus basse',
    high: 'Heure la plus haute',
  },
});

/** A year of a point at one look: hour × day. */
export function CarpetCard(props: {
  title: string;
  point: string;
  figure: Figure;
  unit: string;
  digits: number;
  span: Span;
  choose: (day: number) => void;
  more?: preact.ComponentChildren;
}) {
  const { point, figure, unit, digits, span } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState('');
  const clock = centreClock();
  const sight = useWindows([point], span, { length: '1h', padding: 0 });
  const laid = useMemo(() => carpet(sight.of(point), figure, '1h', span, clock), [sight.version, point, figure, span.from, span.to]);
  const ends = useMemo(() => colourEnds(laid), [laid]);
  useEffect(() => {
    const element = canvas.current!;
    element.width = Math.max(1, laid.days.length);
    element.height = laid.rows;
    const drawn = element.getContext('2d')!;
    const pixels = drawn.createImageData(element.width, element.height);
    paint(laid, pixels.data, ends);
    drawn.putImageData(pixels, 0, 0);
  }, [laid, ends]);
  const cellAt = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const day = Math.min(laid.days.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * laid.days.length)));
    const row = Math.min(laid.rows - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * laid.rows)));
    return { day, row };
  };
  const look = (event: MouseEvent) => {
    const { day, row } = cellAt(event);
    const value = laid.cells[day * laid.rows + row] ?? NaN;
    const hour = clock.instant(Math.floor(clock.local(laid.days[day] ?? 0) / 86_400_000) * 86_400_000 + row * 3_600_000);
    setUnder(`${dayWord(laid.days[day])} ${clockWord(hour)}   ${value === value ? `${number(value, digits)} ${unitWord(unit)}` : t('none')}`);
  };
  const months = laid.days
    .flatMap((day, i) => (clock.date(day).endsWith('-01') ? [{ day, share: i / laid.days.length }] : []))
    .filter((month) => month.share < 0.97);
  const apart = Math.ceil(months.length / (matchMedia('(max-width: 600px)').matches ? 6 : 12));
  const save = () => {
    const { starts, coverage, [figure]: values } = sight.of(point);
    download(`${point}-${clock.date(span.from)}-1h.csv`, csv(starts, [{ name: point, unit, values, coverage }], '1h', clock));
  };
  return (
    <Card>
      <div class="chart-head">
        <h2>{props.title}</h2>
        <p class="readout figure small" aria-hidden="true">
          {under || t('pick')}
        </p>
        {props.more}
      </div>
      <div class="carpet small soft figure">
        <div class="hours" aria-hidden="true">
          {['00:00', '06:00', '12:00', '18:00', '24:00'].map((one) => (
            <span key={one}>{one}</span>
          ))}
        </div>
        <canvas
          ref={canvas}
          role="img"
          data-test="carpet"
          onMouseMove={look}
          onMouseLeave={() => setUnder('')}
          onClick={(event) => props.choose(laid.days[cellAt(event).day]!)}
          aria-label={t('about', { name: props.title, low: number(laid.low, digits), high: number(laid.high, digits), unit: unitWord(unit) })}
        />
        <div class="months" aria-hidden="true">
          {months
            .filter((_, i) => i % apart === 0)
            .map((month) => (
              <span key={month.day} style={{ left: `${month.share * 100}%` }}>
                {monthWord(month.day)}
              </span>
            ))}
        </div>
      </div>
      <div class="chart-foot small">
        <details>
          <summary>{t('table')}</summary>
          <Months windows={sight.of(point)} figure={figure} digits={digits} />
        </details>
        <CsvButton title={props.title} save={save} />
        <Scale low={number(ends[0], digits)} high={`${number(ends[1], digits)} ${unitWord(unit)}`} />
      </div>
    </Card>
  );
}

function Scale(props: { low: string; high: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const drawn = canvas.current!.getContext('2d')!;
    for (let i = 0; i < 120; i++) {
      drawn.fillStyle = `rgb(${colour(i / 119).join(' ')})`;
      drawn.fillRect(i, 0, 1, 10);
    }
  }, []);
  return (
    <span class="scale figure">
      {props.low}
      <canvas width={120} height={10} ref={canvas} aria-hidden="true" />
      {props.high}
    </span>
  );
}

function Months(props: { windows: Windows; figure: Figure; digits: number }) {
  const clock = centreClock();
  const by = new Map<string, { at: number; values: number[] }>();
  props.windows.starts.forEach((start, i) => {
    const value = props.windows[props.figure][i];
    if (value === null || value === undefined) return;
    const month = clock.date(start * 1000).slice(0, 7);
    const known = by.get(month);
    if (known) known.values.push(value);
    else by.set(month, { at: start * 1000, values: [value] });
  });
  return (
    <table class="figure">
      <thead>
        <tr>
          <th scope="col">{t('month')}</th>
          <th scope="col">{t('mean')}</th>
          <th scope="col">{t('low')}</th>
          <th scope="col">{t('high')}</th>
        </tr>
      </thead>
      <tbody>
        {[...by.entries()].map(([month, { at, values }]) => (
          <tr key={month}>
            <th scope="row" title={windowWord(at, '1d')}>
              {monthWord(at)} {month.slice(0, 4)}
            </th>
            <td>{number(values.reduce((a, b) => a + b, 0) / values.length, props.digits)}</td>
            <td>{number(Math.min(...values), props.digits)}</td>
            <td>{number(Math.max(...values), props.digits)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
