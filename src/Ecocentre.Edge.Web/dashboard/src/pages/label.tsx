import { useMemo, useState } from 'preact/hooks';
import '../styles/label.css';
import { bandsOf, criterionOf, referencePoint } from '../charts/bands';
import { onGrid } from '../charts/columns';
import { canBeSeen, useOccupied } from '../charts/looking';
import { centreNow } from '../charts/now';
import type { Occupied } from '../charts/occupied';
import { mondayOf, parsePeriod, stepPeriod, type Period, type PeriodKind } from '../charts/period';
import { centreClock, useWindows } from '../charts/source';
import { lengthFor, type Span } from '../charts/span';
import { TimeView } from '../charts/view';
import { quantityWord, spanWord } from '../charts/words';
import { centre } from '../centre';
import { brief, number, percent } from '../figures';
import { Card, Choice, Found, levelTone, levelWord, PageHead, Pill, useAsk } from '../parts/basics';
import { ExportCard } from '../parts/exportcard';
import { TimeChart, unitWord, type CoveredLine } from '../parts/timechart';
import { keepInAddress, place } from '../route';
import type { CriterionList, CriterionNow, LabelNow, LevelTold, LevelWord, LimitTold, VerdictTold } from '../shapes';
import { token } from '../theme';
import { words } from '../words';

const t = words({
    en: {
        title: 'Label',
        day: 'Day',
        week: 'Week',
        month: 'Month',
        year: 'Year',
        rolling: '12 months',
        period: 'Period',
        earlier: 'Earlier',
        later: 'Later',
        running: 'So far',
        ended: 'Ended',
        capped: 'What keeps it from the next level',
        nothingCaps: 'Nothing keeps it back.',
        mandatory: 'mandatory',
        optional: 'counts as a share',
        rule: 'The worst mandatory criterion caps the label; of the others a share must be met.',
        held: 'Level',
        soFar: 'So far',
        headroom: 'Headroom',
        projection: 'At the end',
        coverage: 'Known',
        levels: 'Levels',
        limit: 'Limit',
        source: 'Source',
        outcome: 'Outcome',
        met: 'met',
        notmet: 'not met',
        undetermined: 'open',
        of: '{valid} of {expected} slots of {minutes} min',
        least: 'at least {share} must be known',
        cause: 'Because of',
        why: 'How it was judged',
        notJudged: 'Not judged over such a period: {list}.',
        notApplicable: 'Does not apply here ({count})',
        windows: 'The windows behind it',
        input: 'Input',
        noWindows: 'This criterion is judged from declared facts and records, not from windows.',
        declared: 'Declared: {list}',
        space: 'Space',
        wholeCentre: 'Centre',
        left: '{amount} left',
        over: '{amount} too much',
        week_: 'Week {week}, {year}',
        rolling_: 'Twelve months to {day}',
        summary: '{met} of {all} mandatory criteria hold a level',
        noWindow: 'no window',
        lowCoverage: 'too little known',
        noReference: 'no reference',
        excluded: 'Left out: {list}',
        uncertainty: 'Uncertainty of the instrument ± {value}',
        ask: 'asks nothing',
        EN: 'Energy',
        AQ: 'Air quality',
        TH: 'Warmth',
        WA: 'Water',
        WS: 'Waste',
        EV: 'Evidence',
        PR: 'Privacy',
        US: 'Use',
        CO: 'Commuting',
        other: 'Other',
        sure: 'how sure the source is',
    },
    fr: {
        title: 'Label',
        day: 'Jour',
        week: 'Semaine',
        month: 'Mois',
        year: 'Année',
        rolling: '12 mois',
        period: 'Période',
        earlier: 'Avant',
        later: 'Après',
        running: 'À ce jour',
        ended: 'Terminée',
        capped: 'Ce qui le retient au niveau actuel',
        nothingCaps: 'Rien ne le retient.',
        mandatory: 'obligatoire',
        optional: 'compte pour une part',
        rule: 'Le pire critère obligatoire limite le label ; des autres, une part doit être atteinte.',
        held: 'Niveau',
        soFar: 'À ce jour',
        headroom: 'Marge',
        projection: 'À terme',
        coverage: 'Connu',
        levels: 'Niveaux',
        limit: 'Limite',
        source: 'Source',
        outcome: 'Résultat',
        met: 'atteint',
        notmet: 'non atteint',
        undetermined: 'ouvert',
        of: '{valid} sur {expected} pas de {minutes} min',
        least: 'au moins {share} doit être connu',
        cause: 'À cause de',
        why: 'Comment il est jugé',
        notJudged: 'Non jugé sur une telle période : {list}.',
        notApplicable: 'Sans objet ici ({count})',
        windows: 'Les fenêtres derrière',
        input: 'Entrée',
        noWindows: 'Ce critère est jugé sur des faits déclarés et des registres, pas sur des fenêtres.',
        declared: 'Déclaré : {list}',
        space: 'Espace',
        wholeCentre: 'Centre',
        left: 'reste {amount}',
        over: '{amount} de trop',
        week_: 'Semaine {week}, {year}',
        rolling_: 'Douze mois jusqu’au {day}',
        summary: '{met} critères obligatoires sur {all} tiennent un niveau',
        noWindow: 'pas de fenêtre',
        lowCoverage: 'trop peu connu',
        noReference: 'pas de référence',
        excluded: 'Exclus : {list}',
        uncertainty: 'Incertitude de l’instrument ± {value}',
        ask: 'ne demande rien',
        EN: 'Énergie',
        AQ: 'Qualité de l’air',
        TH: 'Confort thermique',
        WA: 'Eau',
        WS: 'Déchets',
        EV: 'Preuves',
        PR: 'Vie privée',
        US: 'Usage',
        CO: 'Trajets',
        other: 'Autres',
        sure: 'fiabilité de la source',
    },
});

// Names of limits as criteria kinds declare them, in plain words; one that is not here is shown by its name.
const LIMITS = {
    en: {
        aboveOutdoorMax: 'above outdoor air',
        shareMin: 'share of the time',
        shareMax: 'share',
        valueMax: 'value',
        valueMin: 'value',
        savingMin: 'saving',
        ratioMax: 'ratio',
        meanMax: 'mean',
        setbackShareMin: 'long absences lowered',
        reductionMin: 'reduction',
        selfSufficiencyMin: 'own share',
        iconeMax: 'ICONE',
        dayShareMax: 'share of a day',
        responseMinutesMax: 'until it falls',
        dayShareMin: 'share of the days',
        periodMeanMax: 'mean of the period',
        heatingMin: 'heating',
        heatingMax: 'heating',
        heatingShareMin: 'heating, share',
        coolingMin: 'summer',
        coolingMax: 'summer',
        coolingShareMin: 'summer, share',
        adaptiveAboveMax: 'above comfort',
        adaptiveBelowMax: 'below comfort',
        degreeHoursMax: 'degree-hours',
        perPersonDayMax: 'a person and day',
        perPersonDayMin: 'a person and day',
        nightsMax: 'nights',
        perPersonYearMax: 'a person and year',
        sortedShareMin: 'sorted',
        flowsMin: 'flows sorted',
        coverageMin: 'coverage',
        closureMax: 'closure',
        useMin: 'use',
        calibrationMonthsMax: 'since calibration',
        meterClassMin: 'meter class',
        certificateMin: 'certificate',
        monthlyCvMax: 'monthly spread',
        monthlyBiasMax: 'monthly bias',
    },
    fr: {
        aboveOutdoorMax: 'au-dessus de l’air extérieur',
        shareMin: 'part du temps',
        shareMax: 'part',
        valueMax: 'valeur',
        valueMin: 'valeur',
        savingMin: 'économie',
        ratioMax: 'rapport',
        meanMax: 'moyenne',
        setbackShareMin: 'longues absences abaissées',
        reductionMin: 'réduction',
        selfSufficiencyMin: 'part propre',
        iconeMax: 'ICONE',
        dayShareMax: 'part d’un jour',
        responseMinutesMax: 'jusqu’à la baisse',
        dayShareMin: 'part des jours',
        periodMeanMax: 'moyenne de la période',
        heatingMin: 'chauffe',
        heatingMax: 'chauffe',
        heatingShareMin: 'chauffe, part',
        coolingMin: 'été',
        coolingMax: 'été',
        coolingShareMin: 'été, part',
        adaptiveAboveMax: 'au-dessus du confort',
        adaptiveBelowMax: 'sous le confort',
        degreeHoursMax: 'degrés-heures',
        perPersonDayMax: 'par personne et jour',
        perPersonDayMin: 'par personne et jour',
        nightsMax: 'nuits',
        perPersonYearMax: 'par personne et an',
        sortedShareMin: 'trié',
        flowsMin: 'flux triés',
        coverageMin: 'couverture',
        closureMax: 'bouclage',
        useMin: 'usage',
        calibrationMonthsMax: 'depuis l’étalonnage',
        meterClassMin: 'classe du compteur',
        certificateMin: 'certificat',
        monthlyCvMax: 'dispersion mensuelle',
        monthlyBiasMax: 'biais mensuel',
    },
};

const l = words(LIMITS);

const KINDS: readonly PeriodKind[] = ['day', 'week', 'month', 'year', 'rolling'];
const FAMILIES = ['EN', 'AQ', 'TH', 'WA', 'WS', 'EV', 'PR', 'US', 'CO'] as const;

export default function Label() {
    return centre.value ? (
        <Standing />
    ) : (
        <div class="page">
            <PageHead title={t('title')} />
        </div>
    );
}

function Standing() {
    const asked = place.value.query.get('period') ?? 'month';
    const running = KINDS.find((kind) => kind === asked);
    const named = running ? null : parsePeriod(asked);
    const path = running ?? named?.name ?? 'month';
    const label = useAsk<LabelNow>(`label?period=${path}`, 120);
    const criteria = useAsk<CriterionList>(`criteria?period=${path}`, 120);
    const period = named ?? (label.found ? parsePeriod(label.found.period) : null);
    const choose = (wanted: string) => keepInAddress({ period: wanted === 'month' ? null : wanted });
    const step = (by: number) => {
        if (!period) return;
        const next = stepPeriod(period, by);
        choose(covers(next, centreNow()) ? next.kind : next.name);
    };
    const kind = running ?? named?.kind ?? 'month';
    return (
        <div class="page">
            <PageHead title={t('title')}>{label.found && <span class="soft small">{label.found.title}</span>}</PageHead>
            <div class="spanbar" role="group" aria-label={t('period')}>
                <Choice<PeriodKind> label={t('period')} chosen={kind} choose={choose} of={KINDS.map((id) => ({ id, text: t(id) }))} />
                <div class="stepper">
                    <button type="button" class="step" aria-label={t('earlier')} disabled={!period} onClick={() => step(-1)}>
                        <Arrow back />
                    </button>
                    <p class="span-word figure" aria-live="polite">
                        {period ? periodWord(period) : ''}
                    </p>
                    <button type="button" class="step" aria-label={t('later')} disabled={!period || covers(period, centreNow())} onClick={() => step(1)}>
                        <Arrow />
                    </button>
                </div>
            </div>
            <Found asked={label}>{(found) => <Head label={found} criteria={criteria.found?.criteria ?? []} />}</Found>
            {label.found && <Found asked={criteria}>{(found) => <Families list={found} />}</Found>}
            {period && <ExportCard {...daysOf(period)} />}
        </div>
    );
}

function Arrow(props: { back?: boolean }) {
    return (
        <svg
            width="16"
            height="16"
            viewBox="0 0 16 16"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d={props.back ? 'M10 3 5 8l5 5' : 'm6 3 5 5-5 5'} />
        </svg>
    );
}

/** The stretch a period covers. */
function spanOf(period: Period): Span {
    const clock = centreClock();
    const { kind, name } = period;
    if (kind === 'day') return { from: clock.parse(name), to: clock.day(clock.parse(name), 1) };
    if (kind === 'week') {
        const monday = clock.instant(mondayOf(name));
        return { from: monday, to: clock.day(monday, 7) };
    }
    if (kind === 'rolling') {
        const last = clock.parse(name.slice(4));
        const [year, month, day] = name.slice(4).split('-').map(Number) as [number, number, number];
        return { from: clock.instant(Date.UTC(year - 1, month - 1, day + 1)), to: clock.day(last, 1) };
    }
    const [year, month] = [Number(name.slice(0, 4)), kind === 'year' ? 0 : Number(name.slice(5)) - 1];
    return { from: clock.instant(Date.UTC(year, month)), to: clock.instant(kind === 'year' ? Date.UTC(year + 1, 0) : Date.UTC(year, month + 1)) };
}

/** The local days of a period that have ended, as the API takes them. */
function daysOf(period: Period): { from: string; to: string | null } {
    const clock = centreClock();
    const span = spanOf(period);
    const last = Math.min(span.to, clock.day(centreNow())) - 1;
    return { from: clock.date(span.from), to: last < span.from ? null : clock.date(last) };
}

const covers = (period: Period, at: number) => {
    const span = spanOf(period);
    return span.from <= at && at < span.to;
};

function periodWord(period: Period): string {
    if (period.kind === 'week') return t('week_', { week: Number(period.name.slice(6)), year: period.name.slice(0, 4) });
    if (period.kind === 'rolling') return t('rolling_', { day: spanWord(spanOf({ kind: 'day', name: period.name.slice(4) })).replace(/^\S+ /, '') });
    return spanWord(spanOf(period));
}

function Head(props: { label: LabelNow; criteria: readonly CriterionNow[] }) {
    const { label, criteria } = props;
    const judged = criteria.filter((one) => one.mandatory && one.verdict && one.verdict.level !== 'notapplicable');
    const met = judged.filter((one) => one.verdict!.level.startsWith('level')).length;
    const final = label.verdicts.length > 0 && label.verdicts.every((one) => one.final);
    return (
        <Card class="label-head">
            <div class={`stamp ${levelTone(label.level)}`}>
                <Stairs level={label.level} />
                <div>
                    <p class="soft small">{t(final ? 'ended' : 'running')}</p>
                    <p class="level-word" data-test="level">
                        {levelWord(label.level)}
                    </p>
                    {judged.length > 0 && <p class="soft small">{t('summary', { met, all: judged.length })}</p>}
                </div>
            </div>
            <div class="caps">
                <h2>{t('capped')}</h2>
                {label.cappedBy.length === 0 ? (
                    <p class="soft">{t('nothingCaps')}</p>
                ) : (
                    <ul>
                        {label.cappedBy.map((id) => {
                            const criterion = criteria.find((one) => one.id === id);
                            return (
                                <li key={id}>
                                    <a href={`#${id}`} onClick={(event) => show(event, id)}>
                                        {criterion?.title ?? id}
                                    </a>
                                    {criterion?.verdict && <Pill tone={levelTone(criterion.verdict.level)}>{levelWord(criterion.verdict.level)}</Pill>}
                                </li>
                            );
                        })}
                    </ul>
                )}
                <p class="soft small">{t('rule')}</p>
            </div>
        </Card>
    );
}

function show(event: MouseEvent, id: string): void {
    event.preventDefault();
    const row = document.getElementById(id) as HTMLDetailsElement | null;
    if (!row) return;
    row.open = true;
    row.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    row.querySelector('summary')?.focus({ preventScroll: true });
}

/** Three steps, filled as far as the level goes: said without colour too. */
function Stairs(props: { level: LevelWord; small?: boolean }) {
    const held = props.level.startsWith('level') ? Number(props.level.slice(5)) : 0;
    const open = props.level === 'undetermined';
    return (
        <svg class="stairs" viewBox="0 0 60 44" width={props.small ? 30 : 76} height={props.small ? 22 : 56} aria-hidden="true">
            {[1, 2, 3].map((step) => (
                <rect
                    key={step}
                    x={(step - 1) * 20 + 1.5}
                    y={44 - step * 13 - 1.5}
                    width="17"
                    height={step * 13}
                    rx="3"
                    class={step <= held ? 'held' : open ? 'open' : 'none'}
                />
            ))}
        </svg>
    );
}

function Families(props: { list: CriterionList }) {
    const { criteria } = props.list;
    const judged = criteria.filter((one) => one.verdict && one.verdict.level !== 'notapplicable');
    const without = criteria.filter((one) => one.verdict?.level === 'notapplicable');
    const others = criteria.filter((one) => !one.verdict);
    const family = (id: string) => FAMILIES.find((one) => id.startsWith(`${one}-`)) ?? 'other';
    return (
        <>
            {[...FAMILIES, 'other' as const].map((name) => {
                const rows = judged.filter((one) => family(one.id) === name);
                if (rows.length === 0) return null;
                return (
                    <section class="card family" key={name} aria-label={t(name)}>
                        <div class="criterion-line heads small soft" aria-hidden="true">
                            <h2>{t(name)}</h2>
                            <span>{t('held')}</span>
                            <span>{t('soFar')}</span>
                            <span>{t('headroom')}</span>
                            <span>{t('projection')}</span>
                            <span>{t('coverage')}</span>
                        </div>
                        {rows.map((one) => (
                            <Criterion key={one.id} criterion={one} list={props.list} />
                        ))}
                    </section>
                );
            })}
            {without.length > 0 && (
                <details class="card">
                    <summary>{t('notApplicable', { count: without.length })}</summary>
                    <ul class="without small">
                        {without.map((one) => (
                            <li key={one.id}>
                                <strong>{one.id}</strong> {one.title} <span class="soft">{one.verdict!.text}</span>
                            </li>
                        ))}
                    </ul>
                </details>
            )}
            {others.length > 0 && <p class="soft small">{t('notJudged', { list: others.map((one) => one.title).join(', ') })}</p>}
        </>
    );
}

/** The finding that decides next: of the level above the one held, else of the best. */
function deciding(verdict: VerdictTold): LevelTold | undefined {
    const held = verdict.level.startsWith('level') ? Number(verdict.level.slice(5)) : 0;
    return verdict.levels[Math.max(0, held - 1)];
}

function Criterion(props: { criterion: CriterionNow; list: CriterionList }) {
    const { criterion } = props;
    const verdict = criterion.verdict!;
    const [open, setOpen] = useState(false);
    const level = deciding(verdict);
    const { share, min } = verdict.coverage;
    const spaceName = centre.value?.spaces.find((one) => one.id === verdict.cause)?.name;
    const headroom = level?.headroom;
    const spare =
        headroom === undefined || headroom === null
            ? null
            : t(headroom >= 0 ? 'left' : 'over', { amount: amount(Math.abs(headroom), level!.headroomUnit ?? '', '') });
    return (
        <details id={criterion.id} class="criterion" onToggle={(event) => setOpen((event.currentTarget as HTMLDetailsElement).open)}>
            <summary class="criterion-line">
                <span class="criterion-name">
                    <span>{criterion.title}</span>
                    <span class="soft small">
                        {criterion.id} · {t(criterion.mandatory ? 'mandatory' : 'optional')}
                        {verdict.cause && (
                            <>
                                {' '}
                                ·{' '}
                                <span class="because">
                                    {t('cause')} {spaceName ?? verdict.cause}
                                </span>
                            </>
                        )}
                    </span>
                </span>
                <span class={`held-level ${levelTone(verdict.level)}`}>
                    <Stairs level={verdict.level} small /> {levelWord(verdict.level)}
                </span>
                <span class="figure" data-head={t('soFar')}>
                    {amount(level?.value ?? verdict.value, level?.unit ?? verdict.unit ?? '', level?.limitName ?? '')}
                    {level?.limit !== undefined && (
                        <small class="soft">
                            {' '}
                            {level.limitName.endsWith('Min') ? '≥' : '≤'} {amount(level.limit, level.unit ?? '', level.limitName)}
                        </small>
                    )}
                </span>
                <span class="figure" data-head={t('headroom')}>
                    {spare ?? '–'}
                </span>
                <span class="figure" data-head={t('projection')}>
                    {verdict.final ? '–' : amount(verdict.projection, verdict.unit ?? '', level?.limitName ?? '')}
                </span>
                <span class="figure coverage" data-head={t('coverage')}>
                    <i class={share < min ? 'little' : ''} aria-hidden="true">
                        <b style={{ width: `${Math.min(100, share * 100)}%` }} />
                        <u style={{ left: `${min * 100}%` }} />
                    </i>
                    {percent(share)}
                </span>
            </summary>
            {open && <Detail criterion={criterion} list={props.list} />}
        </details>
    );
}

/** A figure of a criterion with its unit; shares as percent. */
function amount(value: number | null | undefined, unit: string, name: string): string {
    if (value === null || value === undefined) return '–';
    if (unit === '1')
        return /share|ratio|saving|reduction|coverage|closure|use|sufficiency|bias|cv/i.test(name) || name === ''
            ? percent(value, value < 0.1 && value !== 0 ? 1 : 0)
            : brief(value);
    if (unit === 'min' && Math.abs(value) >= 120) return `${number(value / 60, Math.abs(value) < 600 ? 1 : 0)} h`;
    return `${brief(value)} ${unitWord(unit)}`.trim();
}

function Detail(props: { criterion: CriterionNow; list: CriterionList }) {
    const { criterion } = props;
    const verdict = criterion.verdict!;
    const { coverage } = verdict;
    const excluded = Object.entries(coverage.excluded ?? {});
    const reason = (key: string) => (key === 'noWindow' || key === 'lowCoverage' || key === 'noReference' ? t(key) : key);
    const limitsOf = (level: number) => criterion.limits.filter((limit) => limit.levels[level - 1] !== null && limit.levels[level - 1] !== undefined);
    return (
        <div class="detail">
            <div class="table-box" tabIndex={0} role="region" aria-label={t('levels')}>
                <table class="levels-table">
                    <thead>
                        <tr>
                            <th scope="col">{t('held')}</th>
                            <th scope="col">{t('limit')}</th>
                            <th scope="col">{t('soFar')}</th>
                            <th scope="col">{t('outcome')}</th>
                            <th scope="col">{t('headroom')}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {[3, 2, 1].map((level) => {
                            const told = verdict.levels[level - 1];
                            const limits = limitsOf(level);
                            return (
                                <tr key={level}>
                                    <th scope="row">{levelWord(`level${level}` as LevelWord)}</th>
                                    <td class="limits">
                                        {limits.length === 0
                                            ? t('ask')
                                            : limits.map((limit) => <LimitLine key={limit.name} limit={limit} level={level} />)}
                                    </td>
                                    <td class="figure">{amount(told?.value, told?.unit ?? '', told?.limitName ?? '')}</td>
                                    <td>
                                        {told ? (
                                            <Pill tone={told.outcome === 'met' ? 'good' : told.outcome === 'notmet' ? 'bad' : 'watch'}>
                                                {t(told.outcome)}
                                            </Pill>
                                        ) : (
                                            '–'
                                        )}
                                    </td>
                                    <td class="figure">
                                        {told?.headroom === undefined
                                            ? '–'
                                            : t(told.headroom >= 0 ? 'left' : 'over', {
                                                  amount: amount(Math.abs(told.headroom), told.headroomUnit ?? '', ''),
                                              })}
                                    </td>
                                </tr>
                            );
                        })}
                    </tbody>
                </table>
            </div>
            <div class="told small">
                <p>
                    <strong>{t('coverage')}</strong> {percent(coverage.share, 1)}:{' '}
                    {t('of', { valid: number(coverage.valid), expected: number(coverage.expected), minutes: criterion.stepMinutes })};{' '}
                    {t('least', { share: percent(coverage.min) })}.
                    {excluded.length > 0 && <> {t('excluded', { list: excluded.map(([key, count]) => `${reason(key)} ${number(count)}`).join(', ') })}.</>}
                </p>
                {verdict.text && <p>{verdict.text}</p>}
                <Sources criterion={criterion} />
                <p class="soft">
                    <strong>{t('why')}</strong>{' '}
                    {[verdict.decisionRule ?? criterion.decisionRule, verdict.occupied, verdict.assumption].filter(Boolean).join('. ')}
                    {verdict.uncertainty !== undefined && (
                        <>. {t('uncertainty', { value: amount(verdict.uncertainty, verdict.uncertaintyUnit ?? '', '') })}</>
                    )}
                    .
                </p>
            </div>
            <Behind criterion={criterion} list={props.list} />
        </div>
    );
}

function LimitLine(props: { limit: LimitTold; level: number }) {
    const { limit, level } = props;
    const known = limit.name in LIMITS.en ? l(limit.name as keyof typeof LIMITS.en) : limit.name;
    return (
        <span class="limit-line">
            <span class="soft small">{known}</span>{' '}
            <b class="figure">
                {limit.name.endsWith('Min') ? '≥' : '≤'} {amount(limit.levels[level - 1], limit.unit, limit.name)}
            </b>
        </span>
    );
}

/** Where the numbers come from, each source once. */
function Sources(props: { criterion: CriterionNow }) {
    const all = new Map(props.criterion.limits.flatMap((limit) => limit.sources.map((source) => [source.id, source] as const)));
    if (all.size === 0) return null;
    return (
        <p class="soft">
            <strong>{t('source')}</strong> {[...all.values()].map((source) => `${source.title} (${source.sure})`).join('. ')}.
        </p>
    );
}

/** The windows a criterion is judged from, over the period. */
function Behind(props: { criterion: CriterionNow; list: CriterionList }) {
    const { criterion, list } = props;
    const verdict = criterion.verdict!;
    const choices = criterion.inputs.filter((input) => input.points.length > 0);
    const cause = choices.findIndex((input) => input.space !== null && input.space === verdict.cause);
    const [chosen, setChosen] = useState(Math.max(0, cause));
    const clock = centreClock();
    const view = useMemo(() => {
        const span = { from: clock.parse(verdict.from), to: clock.day(clock.parse(verdict.to), 1) };
        return new TimeView(span, () => span);
    }, [verdict.from, verdict.to]);
    const declared = criterion.inputs
        .filter((input) => input.declared !== null)
        .map((input) => `${input.input} ${brief(input.declared)} ${unitWord(input.unit ?? '')}`);
    const input = choices[chosen];
    const spaceName = (id: string | null) => (id === null ? t('wholeCentre') : (centre.value?.spaces.find((one) => one.id === id)?.name ?? id));
    const many = new Set(choices.map((one) => one.input)).size > 1;
    return (
        <div class="behind">
            <h3>{t('windows')}</h3>
            {declared.length > 0 && <p class="soft small">{t('declared', { list: declared.join(', ') })}</p>}
            {!input ? (
                <p class="soft small">{t('noWindows')}</p>
            ) : (
                <>
                    {choices.length > 1 && (
                        <label class="small">
                            {t('input')}{' '}
                            <select class="field" value={chosen} onChange={(event) => setChosen(Number((event.target as HTMLSelectElement).value))}>
                                {choices.map((one, i) => (
                                    <option key={i} value={i}>
                                        {many ? `${inputWord(one.points[0]!)}: ` : ''}
                                        {spaceName(one.space)}
                                    </option>
                                ))}
                            </select>
                        </label>
                    )}
                    <InputChart
                        key={`${chosen}`}
                        criterion={criterion}
                        points={input.points}
                        space={input.space}
                        view={view}
                        list={list}
                        title={`${inputWord(input.points[0]!)}, ${spaceName(input.space)}`}
                    />
                </>
            )}
        </div>
    );
}

const inputWord = (point: string) => quantityWord(centre.value?.points.get(point)?.quantity ?? point);

const NO_SPACES: readonly string[] = [];
const NOT_SEEN: readonly Occupied[] = [];

function InputChart(props: {
    criterion: CriterionNow;
    points: readonly string[];
    space: string | null;
    view: TimeView;
    list: CriterionList;
    title: string;
}) {
    const { criterion, view, list } = props;
    const reference = referencePoint(criterion);
    const drawn = props.points.slice(0, 6);
    const span = view.settled.value;
    const known = centre.value?.points;
    const isCounter = known?.get(drawn[0]!)?.kind === 'counter';
    const length = isCounter && lengthFor(span) === '1m' ? '15m' : isCounter && span.to - span.from > 8 * 86_400_000 ? '1d' : lengthFor(span);
    const sight = useWindows(reference ? [...drawn, reference] : drawn, span, { length });
    const privacy = useAsk<{ spacesWithoutHistory: string[] }>('privacy');
    const isOccupied = criterion.when === 'occupied' || criterion.when === 'unoccupied' || criterion.when === 'open';
    const occupied = useOccupied(
        isOccupied && privacy.found ? props.space : null,
        span,
        criterion.when === 'open' ? null : list.occupied,
        privacy.found?.spacesWithoutHistory ?? NO_SPACES,
    );
    const lines = useMemo(
        () =>
            drawn.map((name, i): CoveredLine => {
                const windows = sight.of(name);
                const point = known?.get(name);
                const spread = drawn.length === 1 && !isCounter && point?.kind === 'gauge';
                return {
                    name: drawn.length > 1 ? name : name,
                    unit: point?.unit ?? '1',
                    digits: 1,
                    colour: token(`--series-${(i % 6) + 1}`),
                    values: onGrid(sight.starts, windows, isCounter ? 'delta' : 'mean'),
                    coverage: onGrid(sight.starts, windows, 'coverage'),
                    ...(spread ? { low: onGrid(sight.starts, windows, 'min'), high: onGrid(sight.starts, windows, 'max') } : {}),
                };
            }),
        [drawn.join(), sight.version, sight.starts, token('--series-1')],
    );
    const bands = useMemo(
        () =>
            criterionOf(drawn[0]!, [criterion])
                ? bandsOf(criterion, sight.starts, centreClock(), reference ? onGrid(sight.starts, sight.of(reference), 'mean') : null)
                : null,
        [criterion, sight.version, sight.starts],
    );
    return (
        <TimeChart
            title={`${props.title}${lines[0] && unitWord(lines[0].unit) ? `, ${unitWord(lines[0].unit)}` : ''}`}
            sight={sight}
            view={view}
            lines={lines}
            bands={bands}
            occupied={isOccupied && canBeSeen(span) ? occupied : NOT_SEEN}
            fromZero={isCounter}
            bars={isCounter}
            file={`${criterion.id}-${drawn[0]}`}
        />
    );
}
