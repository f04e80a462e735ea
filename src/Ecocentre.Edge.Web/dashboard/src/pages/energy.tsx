import { useMemo } from 'preact/hooks';
import { onGrid, sum } from '../charts/columns';
import { quantile } from '../charts/duration';
import { canBeSeen, useOccupied, useTimeView } from '../charts/looking';
import { centreNow } from '../charts/now';
import { type Occupied } from '../charts/occupied';
import { centreClock, useWindows, type Sight } from '../charts/source';
import { calendar } from '../charts/span';
import type { TimeView } from '../charts/view';
import { lengthWord } from '../charts/words';
import { centre } from '../centre';
import { brief, number, percent } from '../figures';
import { CarpetCard } from '../parts/carpet';
import { Card, PageHead, useAsk } from '../parts/basics';
import { SpanBar } from '../parts/spanbar';
import { TimeChart, type CoveredLine } from '../parts/timechart';
import { keepInAddress, place } from '../route';
import type { CriterionList, PointNow } from '../shapes';
import { token } from '../theme';
import { Legend } from './air';
import { Days } from './energy/days';
import { Durations } from './energy/durations';
import { byRole, loadOf, loadPoints, meterName, meters, type Meter } from './energy/meters';
import { Signature } from './energy/signature';
import { t } from './energy/words';

export default function Energy() {
  // Without the centre nobody knows in which zone its days begin.
  return centre.value ? (
    <Power />
  ) : (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}

function Power() {
  const view = useTimeView('week');
  const label = useAsk<CriterionList>('criteria', 900);
  const all = meters();
  const asked = place.value.query.get('meters')?.split(',') ?? [];
  const picked = all.filter((meter) => (asked.length > 0 ? asked.includes(meter.device) : meter.isMain || meter.isPv));
  const shown = picked.length > 0 ? picked : all.slice(0, 1);
  const pick = (meter: Meter) => {
    const now = shown.includes(meter) ? shown.filter((one) => one !== meter) : all.filter((one) => one === meter || shown.includes(one));
    if (now.length > 0 && now.length <= 6) keepInAddress({ meters: now.map((one) => one.device).join(',') });
  };
  const main = all.find((meter) => meter.isMain) ?? all[0];
  return (
    <div class="page">
      <PageHead title={t('title')} />
      {!main ? (
        <p class="soft">{t('none')}</p>
      ) : (
        <>
          <SpanBar view={view} />
          <Sums view={view} main={main} />
          <PowerChart
            view={view}
            meters={shown}
            rule={label.found?.occupied ?? null}
            picks={
              <details class="meters">
                <summary class="small">{t('choose', { count: shown.length, all: all.length })}</summary>
                <div class="picks" role="group" aria-label={t('meters')}>
                  {all.map((meter) => (
                    <button key={meter.device} class="pick" type="button" aria-pressed={shown.includes(meter)} onClick={() => pick(meter)}>
                      <i style={{ background: shown.includes(meter) ? meterColour(shown.indexOf(meter)) : 'var(--line)' }} aria-hidden="true" />
                      {meterName(meter)}
                    </button>
                  ))}
                </div>
              </details>
            }
          />
          <EnergyBars view={view} />
          <div class="two">
            <Durations view={view} main={main} />
            <Signature view={view} label={label.found} />
          </div>
          <Days view={view} main={main} />
          <YearOf view={view} meter={main} />
        </>
      )}
    </div>
  );
}

const amount = (kilowattHours: number | null) => number(kilowattHours, kilowattHours !== null && Math.abs(kilowattHours) < 20 ? 1 : 0);

const meterColour = (index: number) => token(`--series-${(index % 6) + 1}`);

function powerLine(point: PointNow, name: string, sight: Sight, colour: string): CoveredLine {
  const windows = sight.of(point.name);
  const kilo = (column: (number | null)[]) => column.map((one) => (one === null ? null : one / 1000));
  return {
    name,
    unit: 'kW',
    digits: 2,
    colour,
    values: kilo(onGrid(sight.starts, windows, 'mean')),
    low: kilo(onGrid(sight.starts, windows, 'min')),
    high: kilo(onGrid(sight.starts, windows, 'max')),
    coverage: onGrid(sight.starts, windows, 'coverage'),
  };
}

const NO_SPACES: readonly string[] = [];
const NOT_SEEN: readonly Occupied[] = [];

function PowerChart(props: { view: TimeView; meters: readonly Meter[]; rule: CriterionList['occupied'] | null; picks: preact.ComponentChildren }) {
  const { view, meters: shown } = props;
  const sight = useWindows(
    shown.map((meter) => meter.power.name),
    view.settled.value,
    { length: view.length },
  );
  const all = useOccupied(null, view.settled.value, props.rule, NO_SPACES);
  const occupied = canBeSeen(view.settled.value) ? all : NOT_SEEN;
  const names = shown.map((meter) => meter.device).join();
  const lines = useMemo(
    () =>
      shown.map((meter, i) => powerLine(meter.power, meterName(meter), sight, meterColour(i))).map((line) => (shown.length > 2 ? bare(line) : line)),
    [names, sight.starts, sight.version, token('--series-1')],
  );
  const below = lines.some((line) => line.values.some((one) => one !== null && one < -0.05));
  return (
    <>
      <TimeChart
        title={t('power')}
        sight={sight}
        view={view}
        lines={lines}
        occupied={occupied}
        fromZero
        tall
        file="power"
        more={
          <div class="wide">
            {props.picks}
            {below && <p class="soft small">{t('negative')}</p>}
          </div>
        }
      />
      <Legend occupied={occupied} />
    </>
  );
}

/** Many lines with their spreads would be a fog. */
function bare(line: CoveredLine): CoveredLine {
  const { low: _low, high: _high, ...rest } = line;
  return rest;
}

/** Energy of the time shown, and what lies in it. */
function Sums(props: { view: TimeView; main: Meter }) {
  const span = props.view.settled.value;
  const roles = { imported: byRole('main'), exported: byRole('export'), generated: byRole('pv') };
  const names = [...roles.imported, ...roles.exported, ...roles.generated];
  const short = span.to - span.from <= 37 * 86_400_000;
  const sight = useWindows(names, span, { length: short ? '15m' : '1d', padding: 0 });
  const load = loadPoints(props.main);
  const power = useWindows(
    load.map((point) => point.name),
    span,
    { padding: 0 },
  );
  const total = (points: readonly string[]) => {
    const all = points.flatMap((point) => sight.of(point).delta.filter((one): one is number => one !== null));
    return points.length === 0 || all.length === 0 ? null : all.reduce((a, b) => a + b, 0);
  };
  const figures = useMemo(() => {
    const [imported, exported, generated] = [total(roles.imported), total(roles.exported), total(roles.generated)];
    const loads = loadOf(load, power.starts, power.of);
    const elapsed = sight.starts.filter((start) => start * 1000 < centreNow()).length;
    const coverage = roles.imported[0] ? sight.of(roles.imported[0]).coverage.reduce<number>((a, b) => a + (b ?? 0), 0) / Math.max(1, elapsed) : null;
    const used = imported === null ? null : imported + (generated ?? 0) - (exported ?? 0);
    return { imported, exported, generated, used, coverage, base: quantile(loads, 0.05), peak: quantile(loads, 1) };
  }, [sight.version, power.version, names.join(), span]);
  const stat = (name: string, value: string, unit: string, more?: string) => (
    <div>
      <dt>{name}</dt>
      <dd class="figure">
        {value} <small>{unit}</small>
      </dd>
      {more && <dd class="more">{more}</dd>}
    </div>
  );
  return (
    <Card>
      <dl class="stats">
        {figures.used !== null &&
          roles.generated.length > 0 &&
          stat(
            t('used'),
            amount(figures.used),
            'kWh',
            figures.generated !== null && figures.used > 0
              ? t('selfUse', { share: percent(Math.max(0, (figures.generated - (figures.exported ?? 0)) / figures.used)) })
              : '',
          )}
        {stat(
          t('imported'),
          amount(figures.imported),
          'kWh',
          figures.coverage !== null ? t('known', { share: percent(Math.min(1, figures.coverage)) }) : '',
        )}
        {roles.generated.length > 0 && stat(t('generated'), amount(figures.generated), 'kWh')}
        {roles.exported.length > 0 && stat(t('exported'), amount(figures.exported), 'kWh')}
        {stat(t('base'), brief(figures.base), 'kW', t('baseHelp'))}
        {stat(t('peak'), brief(figures.peak), 'kW', t('peakHelp', { length: lengthWord(power.length) }))}
      </dl>
    </Card>
  );
}

/** Energy as bars, by hours on short spans and by days on long ones. */
function EnergyBars(props: { view: TimeView }) {
  const { view } = props;
  const span = view.settled.value;
  const length = span.to - span.from <= 3 * 86_400_000 ? '1h' : '1d';
  const [imported, generated] = [byRole('main'), byRole('pv')];
  const sight = useWindows([...imported, ...generated], span, { length });
  const lines = useMemo(
    () =>
      [
        { name: t('imported'), points: imported, colour: token('--series-1') },
        { name: t('generated'), points: generated, colour: token('--series-5') },
      ]
        .filter((one) => one.points.length > 0)
        .map((one): CoveredLine => ({
          name: one.name,
          unit: 'kWh',
          digits: 1,
          colour: one.colour,
          values: sum(one.points.map((point) => onGrid(sight.starts, sight.of(point), 'delta'))),
          coverage: onGrid(sight.starts, sight.of(one.points[0]!), 'coverage'),
        })),
    [sight.version, sight.starts, imported.join(), generated.join(), token('--series-1')],
  );
  if (lines.length === 0) return null;
  return (
    <TimeChart
      title={`${t('energy')} ${t(length === '1h' ? 'hourly' : 'daily')}`}
      sight={sight}
      view={view}
      lines={lines}
      fromZero
      bars
      file="energy"
    />
  );
}

function YearOf(props: { view: TimeView; meter: Meter }) {
  const { view, meter } = props;
  const span = useMemo(() => {
    const clock = centreClock();
    const to = Math.min(calendar('day', view.settled.value.to - 1, clock).to, calendar('day', centreNow(), clock).to);
    return { from: clock.day(to, -365), to };
  }, [view.settled.value]);
  return (
    <CarpetCard
      title={t('carpet', { name: meterName(meter) })}
      point={meter.power.name}
      figure="mean"
      unit="W"
      digits={0}
      span={span}
      choose={(at) => {
        view.choose(calendar('day', at, centreClock()));
        scrollTo({ top: 0 });
      }}
    />
  );
}
