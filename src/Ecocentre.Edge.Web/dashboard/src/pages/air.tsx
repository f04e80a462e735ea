import { useMemo, useState } from 'preact/hooks';
import { bandsOf, criterionOf, levelAt, referencePoint, type Bands } from '../charts/bands';
import { onGrid } from '../charts/columns';
import { canBeSeen, useOccupied, useTimeView } from '../charts/looking';
import { centreNow } from '../charts/now';
import { inStretches, type Occupied } from '../charts/occupied';
import { centreClock, useWindows, type Sight } from '../charts/source';
import { calendar } from '../charts/span';
import type { TimeView } from '../charts/view';
import { chartWords, quantityWord } from '../charts/words';
import { centre } from '../centre';
import { percent } from '../figures';
import { CarpetCard } from '../parts/carpet';
import { Card, Choice, PageHead, useAsk } from '../parts/basics';
import { SpanBar } from '../parts/spanbar';
import { TimeChart, unitWord, type CoveredLine } from '../parts/timechart';
import { keepInAddress, place } from '../route';
import type { CriterionList, CriterionNow, PointNow } from '../shapes';
import { token } from '../theme';
import { words } from '../words';

const t = words({
  en: {
    title: 'Air',
    space: 'Space',
    noAir: 'No point of this centre measures air.',
    shares: 'Levels held',
    sharesOccupied: 'while occupied',
    sharesOpen: 'in opening hours',
    sharesAll: 'all the time shown',
    carpet: '{name}, twelve months',
    quantity: 'Quantity',
    ofLabel: 'after {id} of the label',
    outside: 'Outside',
    outdoors: 'Outdoors',
    elsewhere: 'Elsewhere',
    partly: 'Out of the heating season the range follows the outdoor temperature of the last days; it is judged on the Label page.',
    more: 'Show more: {list}',
    strip: 'The strip above a chart marks occupied time:',
  },
  fr: {
    title: 'Air',
    space: 'Espace',
    noAir: 'Aucun point de ce centre ne mesure l’air.',
    shares: 'Niveaux tenus',
    sharesOccupied: 'en occupation',
    sharesOpen: 'aux heures d’ouverture',
    sharesAll: 'sur toute la période',
    carpet: '{name}, douze mois',
    quantity: 'Grandeur',
    ofLabel: 'selon {id} du label',
    outside: 'Hors limites',
    outdoors: 'Extérieur',
    elsewhere: 'Ailleurs',
    partly: 'Hors saison de chauffe, la plage suit la température extérieure des derniers jours ; elle est jugée à la page Label.',
    more: 'Afficher aussi : {list}',
    strip: 'La bande au-dessus des courbes marque l’occupation :',
  },
});

/** Quantities of air in the order they are shown, with digits after the point. */
const AIR = {
  co2: 0,
  temperature: 1,
  humidity: 0,
  'pm.2-5': 1,
  'pm.10': 1,
  'pm.1': 1,
  'pm.4': 1,
  'voc.index': 0,
  'voc.mass': 0,
  voc: 1,
  'nox.index': 0,
  illuminance: 0,
  pressure: 1,
} as const;

// A change of so little is felt or acted upon by nobody: 200 ppm, 2 K, 10 %, 5 µg/m³, a tenth of an index.
const BREADTH: Partial<Record<string, number>> = {
  co2: 200,
  temperature: 2,
  humidity: 10,
  'pm.1': 5,
  'pm.2-5': 5,
  'pm.4': 5,
  'pm.10': 5,
  'voc.index': 50,
  'nox.index': 5,
  illuminance: 100,
  pressure: 10,
};

// Shown at once; the others when somebody asks for them.
const FIRST: readonly string[] = ['co2', 'temperature', 'humidity', 'pm.2-5', 'voc.index', 'voc.mass'];

type AirQuantity = keyof typeof AIR;

const isAir = (point: PointNow) => point.quantity in AIR;

interface Room {
  id: string;
  name: string;
  points: PointNow[];
}

/** Rooms with points of air; outdoors and what belongs to no room come last. */
function rooms(): Room[] {
  const all = [...(centre.value?.points.values() ?? [])].filter(isAir);
  const outdoor = (point: PointNow) => point.roles.some((role) => role.startsWith('outdoor'));
  const found = (centre.value?.spaces ?? []).map((space) => ({
    id: space.id,
    name: space.name || space.id,
    points: all.filter((one) => one.place === space.id && !outdoor(one)),
  }));
  const devices = new Set(all.filter(outdoor).map((one) => one.device));
  const out = all.filter((one) => outdoor(one) || (one.place === null && devices.has(one.device)));
  const rest = all.filter((one) => !out.includes(one) && !found.some((room) => room.points.includes(one)));
  return [...found, { id: 'outdoors', name: t('outdoors'), points: out }, { id: 'elsewhere', name: t('elsewhere'), points: rest }].filter(
    (room) => room.points.length > 0,
  );
}

export default function Air() {
  // Without the centre nobody knows in which zone its days begin.
  return centre.value ? (
    <Rooms />
  ) : (
    <div class="page">
      <PageHead title={t('title')} />
    </div>
  );
}

function Rooms() {
  const view = useTimeView('day');
  const label = useAsk<CriterionList>('criteria', 900);
  const privacy = useAsk<{ spacesWithoutHistory: string[] }>('privacy');
  const all = rooms();
  const room = all.find((one) => one.id === place.value.query.get('space')) ?? all[0];
  return (
    <div class="page">
      <PageHead title={t('title')} />
      {!room ? (
        <p class="soft">{t('noAir')}</p>
      ) : (
        <>
          {all.length > PICKS_MAX && (
            <label class="small">
              {t('space')}{' '}
              <select class="field space-pick" value={room.id} onChange={(event) => keepInAddress({ space: (event.target as HTMLSelectElement).value })}>
                {all.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
          )}
          {all.length > 1 && all.length <= PICKS_MAX && (
            <div class="picks" role="group" aria-label={t('space')}>
              {all.map((one) => (
                <button key={one.id} class="pick" type="button" aria-pressed={one === room} onClick={() => keepInAddress({ space: one.id })}>
                  {one.name}
                </button>
              ))}
            </div>
          )}
          <SpanBar view={view} />
          <RoomAir key={room.id} room={room} view={view} label={label.found} withoutHistory={privacy.found?.spacesWithoutHistory ?? null} />
        </>
      )}
    </div>
  );
}

// More buttons than these are looked through for longer than a list.
const PICKS_MAX = 14;

const NOWHERE: readonly string[] = [];

function RoomAir(props: { room: Room; view: TimeView; label: CriterionList | null; withoutHistory: readonly string[] | null }) {
  const { room, view, label } = props;
  const criteria = label?.criteria ?? [];
  const [more, setMore] = useState(false);
  const present = (Object.keys(AIR) as AirQuantity[]).filter((quantity) => room.points.some((point) => point.quantity === quantity));
  const quantities = more ? present : present.filter((one) => FIRST.includes(one)).concat(present.some((one) => FIRST.includes(one)) ? [] : present);
  const references = useMemo(
    () => [
      ...new Set(
        room.points.flatMap((point) => {
          const criterion = criterionOf(point.name, criteria);
          const reference = criterion && referencePoint(criterion);
          return reference ? [reference] : [];
        }),
      ),
    ],
    [room, label],
  );
  const names = useMemo(
    () => [...new Set([...references, ...room.points.filter((one) => quantities.includes(one.quantity as AirQuantity)).map((one) => one.name)])],
    [room, references, quantities.join()],
  );
  const sight = useWindows(names, view.settled.value, { length: view.length });
  // Until it is known whose past may be seen, nobody's presence is asked for.
  const isSpace = room.id !== 'outdoors' && room.id !== 'elsewhere' && props.withoutHistory !== null;
  const occupied = useOccupied(isSpace ? room.id : null, view.settled.value, label?.occupied ?? null, props.withoutHistory ?? NOWHERE);
  const shown = isSpace ? occupied : [];
  const marked = canBeSeen(view.settled.value) ? shown : [];
  const figures = useMemo(
    () => quantities.map((quantity) => figuresOf(quantity, room, criteria, sight)),
    [quantities.join(), room, label, sight.starts, sight.version],
  );
  const judged = figures.filter((one) => one.bands && one.bands.bands.length > 0);
  const [quantity, setQuantity] = useState<AirQuantity>(quantities[0]!);
  const year = useMemo(() => {
    const clock = centreClock();
    const to = Math.min(calendar('day', view.settled.value.to - 1, clock).to, calendar('day', centreNow(), clock).to);
    return { from: clock.day(to, -365), to };
  }, [view.settled.value]);
  return (
    <>
      {judged.length > 0 && <Shares figures={judged} sight={sight} occupied={shown} view={view} />}
      {figures.map((one, i) => (
        <TimeChart
          key={one.quantity}
          title={`${quantityWord(one.quantity)}${one.unit ? `, ${one.unit}` : ''}`}
          sight={sight}
          view={view}
          lines={one.lines}
          bands={one.bands}
          occupied={marked}
          tall={i === 0}
          breadth={BREADTH[one.quantity] ?? 0}
          file={`${room.id}-${one.quantity}`}
          more={
            one.bands && (
              <span class="soft small">
                {t('ofLabel', { id: one.bands.criterion.id })}
                {one.bands.partly ? ` *` : ''}
              </span>
            )
          }
        />
      ))}
      {quantities.length < present.length && (
        <button class="button more-charts" type="button" onClick={() => setMore(true)}>
          {t('more', {
            list: present
              .filter((one) => !quantities.includes(one))
              .map(quantityWord)
              .join(', '),
          })}
        </button>
      )}
      {figures.some((one) => one.bands?.partly) && <p class="soft small">* {t('partly')}</p>}
      <Legend occupied={marked} />
      <CarpetCard
        title={t('carpet', { name: quantityWord(quantity) })}
        point={room.points.find((one) => one.quantity === quantity)!.name}
        figure="mean"
        digits={AIR[quantity]}
        span={year}
        unit={room.points.find((one) => one.quantity === quantity)!.unit}
        choose={(day) => {
          view.choose(calendar('day', day, centreClock()));
          scrollTo({ top: 0 });
        }}
        more={
          quantities.length > 1 && (
            <Choice
              label={t('quantity')}
              chosen={quantity}
              choose={setQuantity}
              of={quantities.slice(0, 4).map((one) => ({ id: one, text: quantityWord(one) }))}
            />
          )
        }
      />
    </>
  );
}

interface AirFigures {
  quantity: AirQuantity;
  unit: string;
  lines: CoveredLine[];
  bands: Bands | null;
}

function figuresOf(quantity: AirQuantity, room: Room, criteria: readonly CriterionNow[], sight: Sight): AirFigures {
  const points = room.points.filter((point) => point.quantity === quantity);
  const criterion = criterionOf(points[0]!.name, criteria);
  const reference = criterion && referencePoint(criterion);
  const lines = points.map((point, i): CoveredLine => {
    const windows = sight.of(point.name);
    return {
      name: points.length > 1 ? point.device : quantityWord(quantity),
      unit: point.unit,
      digits: AIR[quantity],
      colour: token(`--series-${(i % 6) + 1}`),
      values: onGrid(sight.starts, windows, 'mean'),
      coverage: onGrid(sight.starts, windows, 'coverage'),
      ...(points.length === 1 ? { low: onGrid(sight.starts, windows, 'min'), high: onGrid(sight.starts, windows, 'max') } : {}),
    };
  });
  const bands = criterion && bandsOf(criterion, sight.starts, centreClock(), reference ? onGrid(sight.starts, sight.of(reference), 'mean') : null);
  return { quantity, unit: unitWord(points[0]!.unit), lines, bands };
}

/** How much of the time shown each level was held: what the curves come to. */
function Shares(props: { figures: readonly AirFigures[]; sight: Sight; occupied: readonly Occupied[]; view: TimeView }) {
  const { sight, occupied } = props;
  const span = props.view.settled.value;
  const rows = useMemo(
    () =>
      props.figures.map((one) => {
        const counts = [0, 0, 0, 0];
        const isIn = occupied.length > 0 ? inStretches(occupied) : () => true;
        sight.starts.forEach((start, i) => {
          const at = start * 1000;
          const value = one.lines[0]!.values[i] ?? null;
          if (value === null || at < span.from || at >= span.to || !isIn(at)) return;
          counts[levelAt(one.bands!.bands, i, value)]!++;
        });
        return { one, counts, total: counts.reduce((a, b) => a + b, 0) };
      }),
    [props.figures, sight.version, occupied, span.from, span.to],
  ).filter((row) => row.total > 0);
  if (rows.length === 0) return null;
  return (
    <Card
      title={t('shares')}
      more={
        <span class="soft small">
          {t(occupied.some((one) => one.by === 'presence') ? 'sharesOccupied' : occupied.length > 0 ? 'sharesOpen' : 'sharesAll')}
        </span>
      }
    >
      <div class="stats">
        {rows.map(({ one, counts, total }) => {
          const parts = [3, 2, 1, 0].map((level) => ({ level, share: counts[level]! / total })).filter((part) => part.share > 0);
          const told = parts.map((part) => `${part.level === 0 ? t('outside') : chartWords('level', { level: part.level })} ${percent(part.share)}`);
          return (
            <div key={one.quantity} class="levels">
              <strong>{quantityWord(one.quantity)}</strong>
              <div class="bar" aria-hidden="true">
                {parts.map((part) => (
                  <i key={part.level} style={{ width: `${part.share * 100}%`, background: `var(--category-${4 - part.level})` }} />
                ))}
              </div>
              <span class="soft small figure">{told.join(' · ')}</span>
            </div>
          );
        })}
      </div>
    </Card>
  );
}

/** What the marks of the charts mean. */
export function Legend(props: { occupied: readonly Occupied[] }) {
  const measured = props.occupied.some((one) => one.by === 'presence');
  const open = props.occupied.some((one) => one.by === 'opening');
  return (
    <div class="legend soft small">
      {(measured || open) && <span>{t('strip')}</span>}
      {measured && (
        <span>
          <i class="mark measured" /> {chartWords('presence')}
        </span>
      )}
      {open && (
        <span>
          <i class="mark open" /> {chartWords('opening')}
        </span>
      )}
      <span>
        <i class="mark gap" /> {chartWords('gap')}
      </span>
      <span>
        <i class="mark part" /> {chartWords('part')}
      </span>
      <span class="wide">{chartWords(matchMedia('(pointer: coarse)').matches ? 'touch' : 'hint')}</span>
    </div>
  );
}
