import { useEffect, useMemo, useState } from 'preact/hooks';
import { clockGrid, compared, usualDay, type ComparedDay } from '../charts/compare';
import { grid, NONE, onGrid, sum, type Windows } from '../charts/columns';
import { duration, quantile } from '../charts/duration';
import { canBeSeen, useOccupied, useTimeView } from '../charts/looking';
import { centreNow } from '../charts/now';
import { openStretches, type Occupied } from '../charts/occupied';
import { fitSignature, fitted, type SignatureDay } from '../charts/signature';
import { centreClock, store, useWindows, type Sight } from '../charts/source';
import { calendar, type Span } from '../charts/span';
import type { TimeView } from '../charts/view';
import { chartWords, lengthWord, windowWord } from '../charts/words';
import { centre } from '../centre';
import { brief, date, day as dayWord, number, percent } from '../figures';
import { CarpetCard } from '../parts/carpet';
import { Card, PageHead, useAsk } from '../parts/basics';
import { SpanBar } from '../parts/spanbar';
import { TimeChart, type CoveredLine } from '../parts/timechart';
import { pathOf, XyPlot } from '../parts/xyplot';
import { keepInAddress, place } from '../route';
import type { CriterionList, PointNow } from '../shapes';
import { token } from '../theme';
import { words } from '../words';
import { Legend } from './air';

const t = words({
    en: {
        choose: 'Meters: {count} of {all}',
        title: 'Energy',
        none: 'No meter of this centre measures power.',
        meters: 'Meters',
        imported: 'Bought',
        exported: 'Sold',
        generated: 'Generated',
        used: 'Used in the centre',
        base: 'Base load',
        baseHelp: 'load exceeded 95 % of the time',
        peak: 'Peak',
        peakHelp: 'highest window of {length}',
        known: '{share} of the time known',
        power: 'Power, kW',
        energy: 'Energy, kWh',
        carpet: '{name}, twelve months',
        signature: 'Energy signature',
        signatureHelp: 'Each mark is a day of the last twelve months.',
        open: 'open days',
        closed: 'closed days',
        outdoor: 'mean outdoors, °C',
        perDay: 'kWh a day',
        noOutdoor: 'The site names no point for the outdoor temperature.',
        fit: '{base} kWh a day whatever the weather, and {slope} kWh more for each kelvin below {balance} °C. That explains {share} of the scatter over {days} days.',
        line: '{base} kWh a day at 0 °C, and {slope} kWh less for each kelvin more. That explains {share} of the scatter over {days} days.',
        rising: '{base} kWh a day at 0 °C, and {slope} kWh more for each kelvin more. That explains {share} of the scatter over {days} days.',
        noFit: 'Too few days are known, or the weather was always the same: no line is drawn.',
        duration: 'Load duration',
        durationHelp: 'How long the centre’s load, from the grid and from its own generation, was at least this high over the time shown.',
        shareOfTime: 'share of the time',
        atLeast: 'at least {load} kW for {share} of the time',
        compare: 'Compare days',
        add: 'Add a day',
        remove: 'Take {day} away',
        usual: 'Usual day',
        usualHelp: 'Usual day: median of the open days among the last 28.',
        clock: 'time of the centre',
        table: 'Show as a table',
        mainMeter: 'Grid',
        pvMeter: 'Solar',
        time: 'Time',
        daily: 'by day',
        hourly: 'by hour',
        selfUse: '{share} of it generated here',
        negative: 'Below zero flows out to the grid.',
        days: 'Day',
    },
    fr: {
        choose: 'Compteurs : {count} sur {all}',
        title: 'Énergie',
        none: 'Aucun compteur de ce centre ne mesure la puissance.',
        meters: 'Compteurs',
        imported: 'Acheté',
        exported: 'Revendu',
        generated: 'Produit',
        used: 'Consommé au centre',
        base: 'Talon',
        baseHelp: 'charge dépassée 95 % du temps',
        peak: 'Pointe',
        peakHelp: 'fenêtre de {length} la plus haute',
        known: '{share} du temps connu',
        power: 'Puissance, kW',
        energy: 'Énergie, kWh',
        carpet: '{name}, douze mois',
        signature: 'Signature énergétique',
        signatureHelp: 'Chaque marque est un jour des douze derniers mois.',
        open: 'jours ouvrés',
        closed: 'jours fermés',
        outdoor: 'moyenne extérieure, °C',
        perDay: 'kWh par jour',
        noOutdoor: 'Le site ne nomme aucun point pour la température extérieure.',
        fit: '{base} kWh par jour quel que soit le temps, et {slope} kWh de plus par kelvin sous {balance} °C. Cela explique {share} de la dispersion sur {days} jours.',
        line: '{base} kWh par jour à 0 °C, et {slope} kWh de moins par kelvin de plus. Cela explique {share} de la dispersion sur {days} jours.',
        rising: '{base} kWh par jour à 0 °C, et {slope} kWh de plus par kelvin de plus. Cela explique {share} de la dispersion sur {days} jours.',
        noFit: 'Trop peu de jours connus, ou temps toujours égal : pas de droite.',
        duration: 'Courbe de charge classée',
        durationHelp: 'Combien de temps la charge du centre, réseau et production propre, a atteint ce niveau sur la période affichée.',
        shareOfTime: 'part du temps',
        atLeast: 'au moins {load} kW pendant {share} du temps',
        compare: 'Comparer des jours',
        add: 'Ajouter un jour',
        remove: 'Retirer {day}',
        usual: 'Jour habituel',
        usualHelp: 'Jour habituel : médiane des jours ouvrés parmi les 28 derniers.',
        clock: 'heure du centre',
        table: 'Voir en tableau',
        mainMeter: 'Réseau',
        pvMeter: 'Solaire',
        time: 'Heure',
        daily: 'par jour',
        hourly: 'par heure',
        selfUse: 'dont {share} produit ici',
        negative: 'Sous zéro, le courant part au réseau.',
        days: 'Jour',
    },
});

interface Meter {
    device: string;
    power: PointNow;
    isMain: boolean;
    isPv: boolean;
}

function meters(): Meter[] {
    const all = [...(centre.value?.points.values() ?? [])];
    const withRole = (role: string) => new Set(all.filter((point) => point.roles.includes(role)).map((point) => point.device));
    const [main, pv] = [withRole('main'), withRole('pv')];
    const found = all
        .filter((point) => point.quantity === 'power.active')
        .map((power) => ({ device: power.device, power, isMain: main.has(power.device), isPv: pv.has(power.device) }));
    const rank = (meter: Meter) => (meter.isMain ? 0 : meter.isPv ? 1 : 2);
    return found.sort((a, b) => rank(a) - rank(b));
}

const meterName = (meter: Meter) =>
    meter.isMain ? `${t('mainMeter')} (${meter.device})` : meter.isPv ? `${t('pvMeter')} (${meter.device})` : meter.device;

const byRole = (role: string) => [...(centre.value?.points.values() ?? [])].filter((point) => point.roles.includes(role)).map((point) => point.name);

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
                                        <button
                                            key={meter.device}
                                            class="pick"
                                            type="button"
                                            aria-pressed={shown.includes(meter)}
                                            onClick={() => pick(meter)}
                                        >
                                            <i
                                                style={{ background: shown.includes(meter) ? meterColour(shown.indexOf(meter)) : 'var(--line)' }}
                                                aria-hidden="true"
                                            />
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

/** Points of which the load of the centre is made: what comes from the grid and what is generated here, with their signs (import is positive). */
function loadPoints(main: Meter): { name: string; sign: 1 | -1 }[] {
    const all = [...(centre.value?.points.values() ?? [])];
    const solar = all
        .filter((point) => point.roles.includes('pv'))
        .flatMap((point) => {
            const power = all.find((one) => one.device === point.device && one.quantity === 'power.active');
            // A meter whose export is the generation tells it as power below zero.
            return power ? [{ name: power.name, sign: point.quantity.includes('export') ? (-1 as const) : (1 as const) }] : [];
        });
    return [{ name: main.power.name, sign: 1 }, ...solar];
}

/** The load in kW of each start, null where one of its parts is not known. */
function loadOf(points: readonly { name: string; sign: number }[], starts: readonly number[], of: (point: string) => Windows): (number | null)[] {
    return sum(points.map((point) => onGrid(starts, of(point.name), 'mean').map((one) => (one === null ? null : (one * point.sign) / 1000))));
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

function Durations(props: { view: TimeView; main: Meter }) {
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
            <details class="chart-foot small">
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
        </Card>
    );
}

function Signature(props: { view: TimeView; label: CriterionList | null }) {
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
                                <path
                                    key={one.at}
                                    d={`M${x(one.outdoor)} ${y(one.energy) - 3.6}l3.6 3.6-3.6 3.6-3.6-3.6z`}
                                    fill="none"
                                    stroke="var(--mute)"
                                />
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

function ends(values: readonly number[], usual: [number, number]): [number, number] {
    return values.length === 0 ? usual : [Math.min(...values), Math.max(...values)];
}

const DAYS_MAX = 4;

/** Days laid over each other, and the usual one. */
function Days(props: { view: TimeView; main: Meter }) {
    const clock = centreClock();
    const points = loadPoints(props.main);
    const names = points.map((point) => point.name);
    const today = clock.day(centreNow());
    const [dates, setDates] = useState<string[]>(() => [clock.date(clock.day(today, -1)), clock.date(clock.day(today, -8))]);
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
        if (wanted && !dates.includes(wanted)) setDates([...dates.slice(-(DAYS_MAX - 1)), wanted]);
    };
    return (
        <Card title={t('compare')} more={<span class="soft small">{t('usualHelp')}</span>}>
            <div class="picks">
                {dates.map((one, i) => (
                    <button
                        key={one}
                        type="button"
                        class="pick"
                        aria-label={t('remove', { day: lines[i + 1]?.name ?? one })}
                        onClick={() => setDates(dates.filter((other) => other !== one))}
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
            <details class="chart-foot small">
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
        </Card>
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
