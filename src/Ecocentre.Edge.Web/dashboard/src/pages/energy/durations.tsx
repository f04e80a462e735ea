import { useMemo, useState } from 'preact/hooks';
import { plainCsv } from '../../charts/csv';
import { duration } from '../../charts/duration';
import { useWindows } from '../../charts/source';
import type { TimeView } from '../../charts/view';
import { date, number, percent } from '../../figures';
import { Card } from '../../parts/basics';
import { CsvButton, download } from '../../parts/timechart';
import { pathOf, XyPlot } from '../../parts/xyplot';
import { loadOf, loadPoints, type Meter } from './meters';
import { t } from './words';

/** How long the load of the centre was at least how high. */
export function Durations(props: { view: TimeView; main: Meter }) {
  const parts = loadPoints(props.main);
  const sight = useWindows(
    parts.map((point) => point.name),
    props.view.settled.value,
    { padding: 0 },
  );
  const [at, setAt] = useState<number | null>(null);
  const curve = useMemo(() => duration(loadOf(parts, sight.starts, sight.of)), [sight.version, sight.starts, props.main.power.name]);
  const [high, low] = [curve.load[0] ?? 1, Math.min(0, curve.load[curve.load.length - 1] ?? 0)];
  const load = (share: number) => curve.load[Math.min(curve.load.length - 1, Math.round(share * (curve.load.length - 1)))] ?? null;
  const save = () =>
    download(`duration-${date(props.view.settled.value.from)}.csv`, plainCsv(['share of the time', 'load (kW)'], Array.from(curve.share, (share, i) => [share, curve.load[i]])));
  return (
    <Card title={t('duration')}>
      <p class="soft small">{at === null ? t('durationHelp') : t('atLeast', { load: number(load(at), 2), share: percent(at) })}</p>
      <XyPlot
        label={`${t('duration')}. ${[0.05, 0.5, 0.95].map((share) => t('atLeast', { load: number(load(share), 2), share: percent(share) })).join('; ')}`}
        x={[0, 1]}
        y={[low, high * 1.06]}
        yTitle="kW"
        xTitle={t('shareOfTime')}
        onPoint={setAt}
        xTicks={[0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: share, text: percent(share) }))}
      >
        {(x, y) => (
          <>
            {curve.count > 0 && <path d={`${pathOf(curve.share, curve.load, x, y)}V${y(0)}H${x(0)}Z`} fill="var(--series-1)" opacity="0.14" />}
            <path d={pathOf(curve.share, curve.load, x, y)} fill="none" stroke="var(--series-1)" stroke-width="2" />
            {at !== null && load(at) !== null && (
              <circle cx={x(at)} cy={y(load(at)!)} r="4.5" fill="var(--card)" stroke="var(--series-1)" stroke-width="2" />
            )}
          </>
        )}
      </XyPlot>
      <div class="chart-foot small">
        <details>
          <summary>{t('table')}</summary>
          <table class="figure">
            <thead>
              <tr>
                <th scope="col">{t('shareOfTime')}</th>
                <th scope="col">kW</th>
              </tr>
            </thead>
            <tbody>
              {[0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1].map((share) => (
                <tr key={share}>
                  <th scope="row">{percent(share)}</th>
                  <td>{number(load(share), 2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
        <CsvButton title={t('duration')} save={save} />
      </div>
    </Card>
  );
}
