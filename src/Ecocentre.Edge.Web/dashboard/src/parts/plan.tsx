import { useMemo } from 'preact/hooks';
import '../styles/plan.css';
import { centre } from '../centre';
import { categoryNow, inSpace } from '../comfort';
import { clock, number } from '../figures';
import { desks, now } from '../live';
import type { CriterionList, DeskNow, DeskWord, PlanDrawn } from '../shapes';
import { words } from '../words';

const t = words({
  en: {
    free: 'free', occupied: 'taken', held: 'just left', unknown: 'not known', fault: 'fault',
    storey: 'Storey {name}', plan: 'Floor plan. {summary}', list: 'Desks as a list', free_many: 'free', occupied_many: 'taken', held_many: 'just left', unknown_many: 'not known', fault_many: 'fault', since: '{id}: {state} since {time}', one: '{id}: {state}',
    desksOf: '{name}: {free} of {all} desks free', legend: 'What the signs mean', freeOf: '{free} free',
  },
  fr: {
    free: 'libre', occupied: 'occupé', held: 'vient d’être quitté', unknown: 'inconnu', fault: 'en panne',
    storey: 'Étage {name}', plan: 'Plan. {summary}', list: 'Liste des postes', free_many: 'libres', occupied_many: 'occupés', held_many: 'quittés à l’instant', unknown_many: 'inconnus', fault_many: 'en panne', since: '{id} : {state} depuis {time}', one: '{id} : {state}',
    desksOf: '{name} : {free} postes libres sur {all}', legend: 'Signification des signes', freeOf: '{free} libres',
  },
});

const STATES: readonly DeskWord[] = ['free', 'occupied', 'held', 'unknown', 'fault'];

// Half a desk's width on the drawing, in m.
const SIZE = 0.62;

// Usual and least width of a letter of a room's name, and what is left between text and wall, in m.
const LETTER = 0.4;
const LETTER_MIN = 0.35;
const MARGIN = 0.4;

// Where the first line of text stands below a room's wall: desks begin a metre from it.
const BASELINE = 0.82;

/** A desk's sign: each state has a shape of its own, so that colour only helps. `x`, `y` and `r` in the units of the drawing. */
export function DeskSign(props: { state: DeskWord; x: number; y: number; r: number; title?: string }) {
  const { x, y, r } = props;
  const shape = {
    free: <circle cx={x} cy={y} r={r * 0.86} />,
    occupied: <rect x={x - r * 0.86} y={y - r * 0.86} width={r * 1.72} height={r * 1.72} rx={r * 0.26} />,
    held: (
      <>
        <rect x={x - r * 0.86} y={y - r * 0.86} width={r * 1.72} height={r * 1.72} rx={r * 0.26} />
        <path class="fill" d={`M${x - r * 0.86} ${y + r * 0.86}V${y - r * 0.86}L${x + r * 0.86} ${y + r * 0.86}z`} />
      </>
    ),
    unknown: <circle cx={x} cy={y} r={r * 0.7} stroke-dasharray={`${r * 0.5} ${r * 0.38}`} />,
    fault: <path d={`M${x} ${y - r}L${x + r} ${y + r * 0.8}H${x - r}z`} />,
  }[props.state];
  return (
    <g class={`desk ${props.state}`} stroke-width={r * 0.3}>
      {props.title && <title>{props.title}</title>}
      {shape}
      {props.state === 'fault' && <path class="mark" d={`M${x} ${y - r * 0.3}v${r * 0.45}`} />}
    </g>
  );
}

/** How many desks are in each state, with their signs. */
export function DeskLegend() {
  const all = desks.value?.desks ?? [];
  return (
    <ul class="legend" aria-label={t('legend')}>
      {STATES.map((state) => {
        const count = all.filter((desk) => desk.state === state).length;
        if (count === 0 && state !== 'free' && state !== 'occupied') return null;
        return (
          <li key={state}>
            <svg width="18" height="18" viewBox="-1.15 -1.15 2.3 2.3" aria-hidden="true">
              <DeskSign state={state} x={0} y={0} r={1} />
            </svg>
            <b class="figure">{count}</b> {t(count === 1 ? state : `${state}_many`)}
          </li>
        );
      })}
    </ul>
  );
}

/** The storeys of the centre with their spaces and desks as they are now. */
export function FloorPlan(props: { plan: PlanDrawn; criteria: CriterionList | null }) {
  const byId = useMemo(() => new Map((desks.value?.desks ?? []).map((desk) => [desk.id, desk])), [desks.value]);
  const places = now.value?.spaces ?? {};
  const name = (id: string) => centre.value?.spaces.find((space) => space.id === id)?.name ?? id;
  return (
    <div class="plans">
      {props.plan.storeys.map((storey) => (
        <figure key={storey.name ?? ''}>
          {props.plan.storeys.length > 1 && storey.name !== null && <figcaption class="small soft">{t('storey', { name: storey.name })}</figcaption>}
          <Storey storey={storey} criteria={props.criteria} byId={byId} name={name} freeIn={(id) => (places[id]?.desks ? places[id].free : null)} />
        </figure>
      ))}
      <details class="small">
        <summary>{t('list')}</summary>
        <DeskTable plan={props.plan} byId={byId} name={name} />
      </details>
    </div>
  );
}

function Storey(props: {
  storey: PlanDrawn['storeys'][number];
  criteria: CriterionList | null;
  byId: Map<string, DeskNow>;
  name: (id: string) => string;
  freeIn: (id: string) => number | null;
}) {
  const { spaces, desks: stand } = props.storey;
  const corners = spaces.flatMap((space) => space.outline);
  const [left, top] = [Math.min(...corners.map((c) => c[0])), Math.min(...corners.map((c) => c[1]))];
  const [right, bottom] = [Math.max(...corners.map((c) => c[0])), Math.max(...corners.map((c) => c[1]))];
  const summary = spaces
    .filter((space) => props.freeIn(space.id) !== null)
    .map((space) => t('desksOf', { name: props.name(space.id), free: props.freeIn(space.id)!, all: now.value?.spaces[space.id]?.desks ?? 0 }))
    .join('. ');
  return (
    <svg class="plan" viewBox={`${left - 0.2} ${top - 0.2} ${right - left + 0.4} ${bottom - top + 0.4}`} role="img" aria-label={t('plan', { summary })}>
      {spaces.map((space) => (
        <Room key={space.id} space={space} name={props.name(space.id)} free={props.freeIn(space.id)} criteria={props.criteria} />
      ))}
      {stand.map((desk) => {
        const known = props.byId.get(desk.id);
        const state = known?.state ?? 'unknown';
        const title = t(known?.since ? 'since' : 'one', { id: desk.id, state: t(state), time: clock(known?.since) });
        return <DeskSign key={desk.id} state={state} x={desk.at[0]} y={desk.at[1]} r={SIZE} title={title} />;
      })}
    </svg>
  );
}

function Room(props: { space: PlanDrawn['storeys'][number]['spaces'][number]; name: string; free: number | null; criteria: CriterionList | null }) {
  const { id, outline } = props.space;
  const [x, y] = [Math.min(...outline.map((c) => c[0])), Math.min(...outline.map((c) => c[1]))];
  const width = Math.max(...outline.map((c) => c[0])) - x;
  const [co2, warmth] = [inSpace(id, 'co2'), inSpace(id, 'temperature')];
  const worst = Math.max(...(['co2', 'temperature', 'humidity'] as const).map((q) => categoryNow(id, q, inSpace(id, q), props.criteria) ?? 0));
  const room = Math.max(1, Math.floor((width - MARGIN) / LETTER_MIN));
  const name = props.name.length <= room ? props.name : `${props.name.slice(0, room - 1).trimEnd()}…`;
  const title = name + (props.free === null ? '' : `  ${t('freeOf', { free: props.free })}`);
  const figures = [co2 === null ? '' : `${number(co2)} ppm`, warmth === null ? '' : `${number(warmth, 1)} °C`].filter(Boolean);
  // What does not fit beside the name goes below it, where no desks stand; else the warmth is left to the table.
  const fits = (text: string) => text !== '' && (title.length + text.length + 2) * LETTER + 2 * MARGIN <= width;
  const beside = [figures.join('  '), figures[0] ?? ''].find(fits);
  const showsFree = props.free !== null && title.length * LETTER + 2 * MARGIN <= width;
  return (
    <g>
      <polygon class={`space worst${worst}`} points={outline.map((corner) => corner.join(',')).join(' ')} />
      <text class="space-name" x={x + MARGIN} y={y + BASELINE}>
        {name !== props.name && <title>{props.name}</title>}
        {name}
        {showsFree && <tspan class="space-more" dx={MARGIN}>{t('freeOf', { free: props.free! })}</tspan>}
      </text>
      {beside !== undefined ? (
        <text class="space-more space-air" x={x + width - MARGIN} y={y + BASELINE} text-anchor="end">{beside}</text>
      ) : props.free === null && (
        <text class="space-more space-air">
          {figures.map((figure, i) => <tspan key={i} x={x + MARGIN} y={y + 2 + i}>{figure}</tspan>)}
        </text>
      )}
    </g>
  );
}

function DeskTable(props: { plan: PlanDrawn; byId: Map<string, DeskNow>; name: (id: string) => string }) {
  const spaces = props.plan.storeys.flatMap((storey) => storey.spaces.map((space) => ({ id: space.id, desks: storey.desks.filter((d) => d.space === space.id) })));
  return (
    <dl class="desk-list">
      {spaces
        .filter((space) => space.desks.length > 0)
        .map((space) => (
          <div key={space.id}>
            <dt>{props.name(space.id)}</dt>
            <dd>
              <ul>
                {space.desks.map((desk) => (
                  <li key={desk.id}>{t('one', { id: desk.id, state: t(props.byId.get(desk.id)?.state ?? 'unknown') })}</li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
    </dl>
  );
}
