import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import '../styles/display.css';
import { categoryOf, inSpace, outdoorTemperature, type Category } from '../comfort';
import { centre } from '../centre';
import { clock, longDay, number, percent, power } from '../figures';
import { link, now } from '../live';
import { levelWord, useAsk } from '../parts/basics';
import { Mark } from '../parts/icons';
import { flows } from '../power';
import { place } from '../route';
import type { CriterionList, LabelNow } from '../shapes';
import { useEnergyToday, useTravelToday, type EnergyToday } from '../today';
import { language, words } from '../words';

const t = words({
  en: {
    pause: 'Pause', go: 'Go on', next: 'Next', stale: 'As of {time}: the gateway is not answering.', slide: '{at} of {all}',
    air: 'The air now', fresh: 'The air is fresh', fine: 'The air is good', used: 'Time to air', stuffy: 'Please open a window', room: 'Room', outside: 'Outside {temperature} °C',
    energy: 'Energy today', less: '{share} less than on a usual day by now', more: '{share} more than on a usual day by now', same: 'As much as on a usual day by now',
    noUsual: 'used since midnight', partly: 'used today, as far as it was measured', kwh: 'kWh', today: 'today', usual: 'usual', hours: 'Energy hour by hour: today and on usual days',
    solar: 'From the sun', solarNow: 'the roof makes now', solarToday: '{kwh} kWh made today', solarShare: '{share} of today’s energy comes from our roof', dark: 'The sun is down; the roof rests.',
    travel: 'Travel not made', km: 'km', travelText: 'not driven today, because people work close to home', kg: 'That is {kg} kg of CO₂ less.', label: 'Our label', labelText: 'this month so far',
    level: 'level', stars: 'Level {level} of 3', striving: 'We are working on it', undetermined: 'Still measuring', labelMet: '{met} of {all} requirements are met this month', people: 'Free desks', freeText: 'of {all} desks are free now. Welcome!',
    loading: 'One moment …', share: 'of the power used now', sun: 'sun',
  },
  fr: {
    pause: 'Pause', go: 'Reprendre', next: 'Suivant', stale: 'État de {time} : la passerelle ne répond pas.', slide: '{at} sur {all}',
    air: 'L’air en ce moment', fresh: 'L’air est très bon', fine: 'L’air est bon', used: 'Il faudrait aérer', stuffy: 'Ouvrez une fenêtre, merci', room: 'Salle', outside: 'Dehors {temperature} °C',
    energy: 'L’énergie aujourd’hui', less: '{share} de moins qu’un jour habituel à cette heure', more: '{share} de plus qu’un jour habituel à cette heure', same: 'Autant qu’un jour habituel à cette heure',
    noUsual: 'consommés depuis minuit', partly: 'consommés aujourd’hui, pour ce qui a été mesuré', kwh: 'kWh', today: 'aujourd’hui', usual: 'habituel', hours: 'Énergie heure par heure : aujourd’hui et les jours habituels',
    solar: 'Grâce au soleil', solarNow: 'produits par le toit en ce moment', solarToday: '{kwh} kWh produits aujourd’hui', solarShare: '{share} de l’énergie du jour vient de notre toit', dark: 'Le soleil est couché ; le toit se repose.',
    travel: 'Trajets évités', km: 'km', travelText: 'non parcourus aujourd’hui, car on travaille près de chez soi', kg: 'Soit {kg} kg de CO₂ en moins.', label: 'Notre label', labelText: 'ce mois-ci',
    level: 'niveau', stars: 'Niveau {level} sur 3', striving: 'Nous y travaillons', undetermined: 'Mesures en cours', labelMet: '{met} exigences sur {all} sont tenues ce mois-ci', people: 'Postes libres', freeText: 'postes sur {all} sont libres. Bienvenue !',
    loading: 'Un instant …', share: 'de la puissance utilisée', sun: 'soleil',
  },
});

// Long enough to be read twice by somebody who walks past.
const SLIDE_SECONDS = 14;

// Less than that is the weather, not the building.
const SAME_SHARE = 0.03;

// Rooms on a slide: more lines could not be read from five metres.
const ROOMS_MAX = 6;

// Marks that still are larger than the letters beside them.
const MARKS_MAX = 120;

/** A screen in the foyer: one thing at a time, very large, and nothing about anybody. `?lang=both` changes the language after each round. */
export default function Display() {
  const criteria = useAsk<CriterionList>('criteria', 600).found;
  const label = useAsk<LabelNow>('label', 120).found;
  const energy = useEnergyToday();
  const travel = useTravelToday(criteria);
  const slides: { id: string; view: ComponentChildren }[] = [];
  const rooms = (centre.value?.spaces ?? []).filter((space) => inSpace(space.id, 'co2') !== null);
  if (rooms.length) slides.push({ id: 'air', view: <Air criteria={criteria} /> });
  if (energy?.total != null) slides.push({ id: 'energy', view: <Energy energy={energy} /> });
  if (flows().solar !== null) slides.push({ id: 'solar', view: <Solar energy={energy} /> });
  if (travel && travel.kilometres >= 1) slides.push({ id: 'travel', view: <Slide title={t('travel')} figure={number(travel.kilometres)} unit={t('km')} text={t('travelText')} more={travel.kilogrammes ? t('kg', { kg: number(travel.kilogrammes) }) : ''}><Way /></Slide> });
  if (label) slides.push({ id: 'label', view: <Label label={label} /> });
  const free = freeDesks();
  if (free) slides.push({ id: 'desks', view: <Free free={free.free} all={free.all} /> });
  const [shown, setShown] = useTurn(slides.map((slide) => slide.id));
  const paused = place.value.query.has('still');
  const [stopped, setStopped] = useState(paused);
  const at = Math.max(0, slides.findIndex((slide) => slide.id === shown));
  useEffect(() => {
    if (stopped || slides.length < 2) return;
    const timer = setTimeout(() => setShown(slides[(at + 1) % slides.length]!.id), SLIDE_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [at, stopped, slides.length, shown]);
  const stale = link.value === 'stale';
  return (
    <div class="display" data-slide={slides[at]?.id}>
      <header>
        <Mark size={56} />
        <strong>{centre.value?.about.name || 'Ecocentre'}</strong>
        <span class="display-day">{longDay(now.value?.at)}</span>
        <span class="figure display-clock">{clock(now.value?.at)}</span>
      </header>
      {stale && <p class="display-stale" role="alert" data-test="stale">{t('stale', { time: clock(now.value?.at) })}</p>}
      <main aria-live="off">{slides[at]?.view ?? <p class="display-text">{t('loading')}</p>}</main>
      <footer>
        <ol class="dots" aria-label={t('slide', { at: at + 1, all: slides.length })}>
          {slides.map((slide, i) => (
            <li key={slide.id} class={i === at ? (stopped ? 'on still' : 'on') : ''} />
          ))}
        </ol>
        <button type="button" class="display-button" onClick={() => setStopped(!stopped)}>{stopped ? t('go') : t('pause')}</button>
        <button type="button" class="display-button" onClick={() => slides.length && setShown(slides[(at + 1) % slides.length]!.id)}>{t('next')}</button>
      </footer>
    </div>
  );
}

/** The slide shown, by its id, so that one that comes or goes does not turn the page; and the other language after each round where that is wanted. */
function useTurn(ids: string[]): [string | undefined, (id: string) => void] {
  const [shown, setShown] = useState<string | undefined>(place.value.query.get('slide') ?? ids[0]);
  return [
    shown && ids.includes(shown) ? shown : ids[0],
    (id) => {
      if (id === ids[0] && place.value.query.get('lang') === 'both') language.value = language.value === 'en' ? 'fr' : 'en';
      setShown(id);
    },
  ];
}

function freeDesks(): { free: number; all: number } | null {
  const spaces = Object.values(now.value?.spaces ?? {});
  const all = spaces.reduce((sum, space) => sum + space.desks, 0);
  const free = spaces.reduce((sum, space) => sum + space.free, 0);
  return all > 0 && free > 0 ? { free, all } : null;
}

function Slide(props: { title: string; figure: string; unit?: string; text: string; more?: string | undefined; children?: ComponentChildren }) {
  return (
    <section class="slide">
      <h1>{props.title}</h1>
      <p class="display-figure figure">
        {props.figure}
        {props.unit && <small>{props.unit}</small>}
      </p>
      <p class="display-text">{props.text}</p>
      {props.more && <p class="display-more">{props.more}</p>}
      {props.children}
    </section>
  );
}

/** As many marks as desks, the free ones first: how full it is, and not where anybody sits. */
function Free(props: { free: number; all: number }) {
  return (
    <Slide title={t('people')} figure={number(props.free)} text={t('freeText', { all: props.all })}>
      {props.all <= MARKS_MAX && (
        <div class="display-marks" aria-hidden="true">
          {Array.from({ length: props.all }, (_, i) => <i key={i} class={i < props.free ? 'free' : ''} />)}
        </div>
      )}
    </Slide>
  );
}

/** The short way to here beside the long one to the city. */
function Way() {
  return (
    <svg class="display-way" viewBox="0 0 600 120" aria-hidden="true">
      <path class="long" d="M40 84H560" />
      <path class="short" d="M40 84H150" />
      <path class="sign" d="M22 84V66l18-15 18 15v18z" />
      <path class="sign here" d="M150 34c-13 0-22 10-22 21 0 15 22 33 22 33s22-18 22-33c0-11-9-21-22-21z" />
      <path class="sign" d="M536 84V40h22v44M558 84V56h20v28M528 84h58M543 50h8M543 60h8M543 70h8" />
    </svg>
  );
}

function Air(props: { criteria: CriterionList | null }) {
  const rooms = (centre.value?.spaces ?? [])
    .map((space) => ({ space, co2: inSpace(space.id, 'co2'), warmth: inSpace(space.id, 'temperature') }))
    .filter((room): room is typeof room & { co2: number } => room.co2 !== null)
    .slice(0, ROOMS_MAX);
  const of = (co2: number) => categoryOf('co2', co2, props.criteria);
  const worst = Math.max(0, ...rooms.map((room) => of(room.co2) ?? 0)) as Category | 0;
  const outside = outdoorTemperature();
  return (
    <section class="slide slide-air">
      <h1>{t('air')}{outside !== null && <span> · {t('outside', { temperature: number(outside) })}</span>}</h1>
      {worst !== 0 && <p class={`display-verdict c${worst}`}>{[t('fresh'), t('fine'), t('used'), t('stuffy')][worst - 1]}</p>}
      <ul class="display-rooms">
        {rooms.map((room) => {
          const category = of(room.co2);
          return (
            <li key={room.space.id}>
              <Leaf category={category} />
              <span>{room.space.name}</span>
              <b class="figure">{number(room.co2)} <small>ppm CO₂</small></b>
              <b class="figure">{room.warmth === null ? '' : <>{number(room.warmth)} <small>°C</small></>}</b>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** One to four bars: the better the air, the more. Shape and colour say the same. */
function Leaf(props: { category: Category | null }) {
  const bars = props.category === null ? 0 : 5 - props.category;
  return (
    <svg class={`leaf c${props.category ?? 0}`} viewBox="0 0 36 24" aria-hidden="true">
      {[0, 1, 2, 3].map((i) => (
        <rect key={i} x={i * 9 + 1} y={18 - i * 5} width="7" height={i * 5 + 5} rx="1.5" class={i < bars ? 'on' : ''} />
      ))}
    </svg>
  );
}

function Energy(props: { energy: EnergyToday }) {
  const { total, usualTotal, used, usual } = props.energy;
  const change = usualTotal ? (total! - usualTotal) / usualTotal : null;
  const isWhole = used.slice(0, used.findLastIndex((value) => value !== null)).every((value) => value !== null);
  const text = change === null ? t(isWhole ? 'noUsual' : 'partly')
    : Math.abs(change) < SAME_SHARE ? t('same')
    : change < 0 ? t('less', { share: percent(-change) }) : t('more', { share: percent(change) });
  return (
    <Slide title={t('energy')} figure={number(total, total! < 100 ? 1 : 0)} unit={t('kwh')} text={text}>
      {used.filter((value) => value !== null).length > 2 && <Hours used={used} usual={usual} />}
    </Slide>
  );
}

function Hours(props: { used: (number | null)[]; usual: (number | null)[] }) {
  const top = Math.max(...[...props.used, ...props.usual].map((value) => value ?? 0)) || 1;
  const height = (value: number | null) => (90 * (value ?? 0)) / top;
  return (
    <figure class="display-hours">
      <svg viewBox="0 0 480 112" role="img" aria-label={t('hours')}>
        {props.usual.map((value, hour) => <rect key={`u${hour}`} class="usual" x={hour * 20 + 1} width="18" y={92 - height(value)} height={height(value)} rx="3" />)}
        {props.used.map((value, hour) => <rect key={`t${hour}`} class="today" x={hour * 20 + 5} width="10" y={92 - height(value)} height={height(value)} rx="2" />)}
        <path class="axis" d="M0 92.500H480" />
        {[0, 6, 12, 18].map((hour) => <text key={hour} x={hour * 20 + (hour ? 10 : 1)} y="108" text-anchor={hour ? 'middle' : 'start'}>{hour} h</text>)}
      </svg>
      <figcaption>
        <span><i class="today" /> {t('today')}</span>
        {props.usual.some((value) => value !== null) && <span><i class="usual" /> {t('usual')}</span>}
      </figcaption>
    </figure>
  );
}

function Solar(props: { energy: EnergyToday | null }) {
  const { solar, used } = flows();
  const size = power(solar);
  const made = props.energy?.solar;
  const share = solar !== null && used ? Math.min(1, solar / used) : null;
  if ((solar ?? 0) < 1 && made != null)
    return <Slide title={t('solar')} figure={number(made, made < 100 ? 1 : 0)} unit={t('kwh')} text={t('dark')} more={props.energy?.solarShare ? t('solarShare', { share: percent(props.energy.solarShare) }) : ''} />;
  return (
    <Slide title={t('solar')} figure={size.figure} unit={size.unit} text={t('solarNow')}
      more={made != null && made >= 0.1 ? t('solarToday', { kwh: number(made, made < 100 ? 1 : 0) }) : ''}>
      {share !== null && (
        <div class="display-share">
          <i aria-hidden="true"><b style={{ width: `${100 * share}%` }} /></i>
          <span class="figure">{percent(share)}</span> {t('share')}
        </div>
      )}
    </Slide>
  );
}

function Label(props: { label: LabelNow }) {
  const { level, verdicts } = props.label;
  const reached = level === 'level3' ? 3 : level === 'level2' ? 2 : level === 'level1' ? 1 : 0;
  const judged = verdicts.filter((one) => one.level !== 'undetermined' && one.level !== 'notapplicable');
  const met = judged.filter((one) => one.level !== 'notmet');
  return (
    <section class="slide">
      <h1>{t('label')} · {t('labelText')}</h1>
      <p class="display-levels" role="img" aria-label={reached ? t('stars', { level: reached }) : levelWord(level)}>
        {[1, 2, 3].map((one) => (
          <svg key={one} viewBox="0 0 24 24" class={one <= reached ? 'on' : ''} aria-hidden="true">
            <path d="M12 2.500l2.900 6 6.600.900-4.800 4.600 1.200 6.500-5.900-3.200-5.900 3.200 1.200-6.500L2.500 9.400l6.600-.900z" />
          </svg>
        ))}
      </p>
      <p class="display-verdict">{reached ? t('stars', { level: reached }) : level === 'undetermined' || judged.length < verdicts.length / 2 ? t('undetermined') : t('striving')}</p>
      {judged.length > 0 && <p class="display-more">{t('labelMet', { met: met.length, all: judged.length })}</p>}
    </section>
  );
}
