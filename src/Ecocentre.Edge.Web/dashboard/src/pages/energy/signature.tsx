import { useMemo } from 'preact/hooks';
import { onGrid, sum } from '../../charts/columns';
import { centreNow } from '../../charts/now';
import { plainCsv } from '../../charts/csv';
import { openStretches } from '../../charts/occupied';
import { fitSignature, fitted, type SignatureDay } from '../../charts/signature';
import { centreClock, useWindows } from '../../charts/source';
import type { Span } from '../../charts/span';
import type { TimeView } from '../../charts/view';
import { chartWords, windowWord } from '../../charts/words';
import { centre } from '../../centre';
import { brief, day as dayWord, number, percent } from '../../figures';
import { Card } from '../../parts/basics';
import { CsvButton, download } from '../../parts/timechart';
import { pathOf, XyPlot } from '../../parts/xyplot';
import type { CriterionList } from '../../shapes';
import { byRole, ends } from './meters';
import { t } from './words';

/** Energy of each day against how warm it was outdoors. */
export function Signature(props: { view: TimeView; label: CriterionList | null }) {
  const [main, outdoors] = [byRole('main'), byRole('outdoorTemperature')];
  const clock = centreClock();
  const to = Math.min(clock.day(centreNow()), Math.max(props.view.settled.value.to, clock.day(centreNow(), -365 * 3)));
  const span = useMemo((): Span => ({ from: clock.day(to, -365), to }), [to]);
  const sight = useWindows([...main, ...outdoors.slice(0, 1)], span, { length: '1d', padding: 0 });
  // A day of which less is known than the label's energy criterion asks for says nothing of its energy.
  const least = props.label?.criteria.find((one) => one.kind === 'energy-against-reference')?.coverageMin ?? 1;
  const days = useMemo(() => {
    const energy = sum(main.map((point) => onGrid(sight.starts, sight.of(point), 'delta')));
    const known = main.map((point) => onGrid(sight.starts, sight.of(point), 'coverage'));
    const warmth = outdoors[0] ? onGrid(sight.starts, sight.of(outdoors[0]), 'mean') : [];
    const opening = centre.value!.about.opening;
    return sight.starts.flatMap((start, i): SignatureDay[] => {
      const [kilowattHours, outdoor] = [energy[i] ?? null, warmth[i] ?? null];
      if (kilowattHours === null || outdoor === null || known.some((column) => (column[i] ?? 0) < least)) return [];
      const at = start * 1000;
      return [
        {
          at,
          outdoor,
          energy: kilowattHours,
          open: opening.weekly.length === 0 || openStretches(opening, { from: at, to: clock.day(at, 1) }, clock).length > 0,
        },
      ];
    });
  }, [sight.version, sight.starts, main.join(), outdoors.join(), least]);
  const open = days.filter((one) => one.open);
  const fit = useMemo(() => fitSignature(open), [days]);
  const title = (
    <Card title={t('signature')}>
      <p class="soft">{t('noOutdoor')}</p>
    </Card>
  );
  if (outdoors.length === 0 || main.length === 0) return title;
  const [cold, warm] = ends(
    days.map((one) => one.outdoor),
    [0, 25],
  );
  const [, high] = ends(
    days.map((one) => one.energy),
    [0, 10],
  );
  const told = !fit
    ? sight.loading
      ? chartWords('loading')
      : t('noFit')
    : t(fit.balance !== null ? 'fit' : fit.slope >= 0 ? 'line' : 'rising', {
        base: brief(fit.base),
        slope: brief(Math.abs(fit.slope)),
        balance: number(fit.balance, 1),
        share: percent(fit.explained),
        days: fit.days,
      });
  const kinks = fit ? [cold, ...(fit.balance !== null && fit.balance > cold && fit.balance < warm ? [fit.balance] : []), warm] : [];
  const save = () =>
    download(
      `signature-${clock.date(span.from)}.csv`,
      plainCsv(['day', 'mean outdoors (°C)', 'energy (kWh)', 'open'], days.map((one) => [clock.date(one.at), one.outdoor, one.energy, one.open ? 1 : 0])),
    );
  return (
    <Card title={t('signature')}>
      <p class="soft small">{told}</p>
      <XyPlot
        label={`${t('signature')}. ${told}`}
        x={[Math.floor(cold - 1), Math.ceil(warm + 1)]}
        y={[0, high * 1.06]}
        xTitle={t('outdoor')}
        yTitle={t('perDay')}
      >
        {(x, y) => (
          <>
            {days.map((one) =>
              one.open ? (
                <circle key={one.at} cx={x(one.outdoor)} cy={y(one.energy)} r="3" fill="var(--series-1)" opacity="0.6">
                  <title>{`${dayWord(one.at)}: ${number(one.outdoor, 1)} °C, ${number(one.energy, 1)} kWh`}</title>
                </circle>
              ) : (
                <path key={one.at} d={`M${x(one.outdoor)} ${y(one.energy) - 3.6}l3.6 3.6-3.6 3.6-3.6-3.6z`} fill="none" stroke="var(--mute)" />
              ),
            )}
            {fit && (
              <path
                d={pathOf(
                  kinks,
                  kinks.map((one) => fitted(fit, one)),
                  x,
                  y,
                )}
                fill="none"
                stroke="var(--series-2)"
                stroke-width="2.5"
                data-test="fit"
              />
            )}
          </>
        )}
      </XyPlot>
      <div class="chart-foot small">
        <details>
          <summary>{t('table')}</summary>
          <div class="table-box" tabIndex={0} role="region" aria-label={t('signature')}>
            <table class="figure">
              <thead>
                <tr>
                  <th scope="col">{t('days')}</th>
                  <th scope="col">°C</th>
                  <th scope="col">kWh</th>
                </tr>
              </thead>
              <tbody>
                {days.map((one) => (
                  <tr key={one.at}>
                    <th scope="row">{windowWord(one.at, '1d')}</th>
                    <td>{number(one.outdoor, 1)}</td>
                    <td>{number(one.energy, 1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
        <CsvButton title={t('signature')} save={save} />
        <ul class="key">
          <li>
            <svg width="10" height="10" aria-hidden="true">
              <circle cx="5" cy="5" r="3.5" fill="var(--series-1)" />
            </svg>
            {t('open')}
          </li>
          <li>
            <svg width="10" height="10" aria-hidden="true">
              <path d="M5 .8 9.2 5 5 9.2.8 5z" fill="none" stroke="var(--mute)" />
            </svg>
            {t('closed')}
          </li>
        </ul>
      </div>
    </Card>
  );
}
