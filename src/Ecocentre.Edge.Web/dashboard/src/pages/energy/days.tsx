import { useEffect, useMemo, useState } from 'preact/hooks';
import { plainCsv } from '../../charts/csv';
import { clockGrid, compared, usualDay, type ComparedDay } from '../../charts/compare';
import { grid, NONE } from '../../charts/columns';
import { centreNow } from '../../charts/now';
import { openStretches } from '../../charts/occupied';
import { centreClock, store, useWindows } from '../../charts/source';
import type { Span } from '../../charts/span';
import type { TimeView } from '../../charts/view';
import { centre } from '../../centre';
import { date, day as dayWord, number } from '../../figures';
import { Card } from '../../parts/basics';
import { CsvButton, download } from '../../parts/timechart';
import { pathOf, XyPlot } from '../../parts/xyplot';
import { keepInAddress, place } from '../../route';
import { ends, loadOf, loadPoints, type Meter } from './meters';
import { t } from './words';

const DAYS_MAX = 4;

/** Days as the address has them, `2026-11-19.2026-11-12`; null where it names none. */
function datesOf(text: string | null): string[] | null {
  const found = (text ?? '').split('.').filter((one) => /^\d{4}-\d\d-\d\d$/.test(one) && !Number.isNaN(Date.parse(one)));
  return text === null || (found.length === 0 && text !== 'none') ? null : found.slice(0, DAYS_MAX);
}

/** Days laid over each other, and the usual one. */
export function Days(props: { view: TimeView; main: Meter }) {
  const clock = centreClock();
  const points = loadPoints(props.main);
  const names = points.map((point) => point.name);
  const today = clock.day(centreNow());
  const usually = [clock.date(clock.day(today, -1)), clock.date(clock.day(today, -8))];
  const [dates, setDates] = useState<string[]>(() => datesOf(place.peek().query.get('days')) ?? usually);
  const choose = (wanted: string[]) => {
    setDates(wanted);
    keepInAddress({ days: wanted.join() === usually.join() ? null : wanted.join('.') || 'none' });
  };
  const span = useMemo((): Span => ({ from: clock.day(today, -28), to: clock.day(today, 1) }), [today]);
  const month = useWindows(names, span, { length: '15m', padding: 0 });
  const [fetched, setFetched] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    for (const one of dates) {
      const from = clock.parse(one);
      if (from < span.from)
        store.fetch(names, '15m', { from, to: clock.day(from, 1) }, stop.signal).then(
          () => setFetched((n) => n + 1),
          () => undefined,
        );
    }
    return () => stop.abort();
  }, [dates.join(), names.join()]);
  const places = clockGrid('15m').map((minutes) => minutes / 60);
  const dayOf = (one: string): ComparedDay => {
    const from = clock.parse(one);
    const day = { from, to: clock.day(from, 1) };
    const starts = grid(day, '15m', clock);
    const mean = loadOf(points, starts, (name) => store.sofar(name, '15m', day));
    return compared(one, { ...NONE, starts, mean, coverage: starts.map(() => 1) }, 'mean', '15m', clock);
  };
  const lines = useMemo(() => {
    const opening = centre.value!.about.opening;
    const usual: ComparedDay[] = [];
    for (let n = 1; n <= 28; n++) {
      const from = clock.day(today, -n);
      if (opening.weekly.length === 0 || openStretches(opening, { from, to: clock.day(from, 1) }, clock).length > 0)
        usual.push(dayOf(clock.date(from)));
    }
    return [
      { name: t('usual'), colour: 'var(--mute)', dash: '2 4', values: usualDay(usual) },
      ...dates.map((one, i) => ({
        name: dayWord(clock.parse(one) + 43_200_000),
        colour: `var(--series-${i + 1})`,
        dash: ['', '7 4', '2 3', '9 3 2 3'][i] ?? '',
        values: dayOf(one).values,
      })),
    ];
  }, [dates.join(), month.version, fetched, names.join(), t('usual')]);
  const all = lines.flatMap((line) => line.values.filter((one): one is number => one !== null));
  const [low, high] = ends(all, [0, 1]);
  const add = (event: Event) => {
    const wanted = (event.target as HTMLInputElement).value;
    if (wanted && !dates.includes(wanted)) choose([...dates.slice(-(DAYS_MAX - 1)), wanted]);
  };
  const save = () =>
    download(
      `days-${dates.join('-')}.csv`,
      plainCsv(
        [t('time'), ...lines.map((line) => `${line.name} (kW)`)],
        places.map((hour, i) => [`${String(Math.floor(hour)).padStart(2, '0')}:${String((hour % 1) * 60).padStart(2, '0')}`, ...lines.map((line) => line.values[i])]),
      ),
    );
  return (
    <Card title={t('compare')} more={<span class="soft small">{t('usualHelp')}</span>}>
      <div class="picks">
        {dates.map((one, i) => (
          <button
            key={one}
            type="button"
            class="pick"
            aria-label={t('remove', { day: lines[i + 1]?.name ?? one })}
            onClick={() => choose(dates.filter((other) => other !== one))}
          >
            <svg width="22" height="6" aria-hidden="true">
              <path d="M0 3H22" stroke={`var(--series-${i + 1})`} stroke-width="3" stroke-dasharray={lines[i + 1]?.dash} />
            </svg>
            {lines[i + 1]?.name} <span aria-hidden="true">×</span>
          </button>
        ))}
        <label class="pick day-pick">
          {t('add')}
          <input type="date" max={date(centreNow())} value="" onChange={add} />
        </label>
      </div>
      <XyPlot
        label={`${t('compare')}: ${lines.map((line) => line.name).join(', ')}`}
        x={[0, 24]}
        y={[Math.min(0, low), Math.max(high * 1.06, 0.1)]}
        height={280}
        yTitle="kW"
        xTitle={t('clock')}
        xTicks={[0, 3, 6, 9, 12, 15, 18, 21, 24].map((at) => ({ at, text: `${String(at).padStart(2, '0')}:00` }))}
      >
        {(x, y) =>
          lines.map((line, i) => (
            <path
              key={line.name}
              d={pathOf(places, line.values, x, y)}
              fill="none"
              stroke={line.colour}
              stroke-width={i === 0 ? 2.5 : 2}
              stroke-dasharray={line.dash}
            />
          ))
        }
      </XyPlot>
      <div class="chart-foot small">
        <details>
          <summary>{t('table')}</summary>
          <div class="table-box" tabIndex={0} role="region" aria-label={t('compare')}>
            <table class="figure">
              <thead>
                <tr>
                  <th scope="col">{t('time')}</th>
                  {lines.map((line) => (
                    <th scope="col" key={line.name}>
                      {line.name}, kW
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {places.flatMap((place_, i) =>
                  i % 4 === 0
                    ? [
                        <tr key={place_}>
                          <th scope="row">{String(place_).padStart(2, '0')}:00</th>
                          {lines.map((line) => (
                            <td key={line.name}>{number(line.values[i], 2)}</td>
                          ))}
                        </tr>,
                      ]
                    : [],
                )}
              </tbody>
            </table>
          </div>
        </details>
        <CsvButton title={t('compare')} save={save} />
      </div>
    </Card>
  );
}
