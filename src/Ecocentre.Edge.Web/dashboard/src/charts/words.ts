import { clock, date, day, number } from '../figures';
import type { Length } from '../shapes';
import { language, words } from '../words';
import type { TickText } from './ticks';
import { calendarOf, type Span } from './span';
import { centreClock } from './source';

export const chartWords = words({
  en: {
    chart: '{name}, chart. Arrow keys move, plus and minus zoom, shift with arrows reads values.',
    hint: 'Click a chart, then scroll to zoom; drag to move. Keys: ← → + −, and Shift with ← → to read values.',
    touch: 'Drag to move, pinch to zoom.',
    table: 'Show as a table',
    csv: 'CSV',
    csvTitle: 'Download what is shown as CSV',
    when: 'From',
    least: 'Least',
    most: 'Most',
    mean: 'Mean',
    coverage: 'Known',
    each: 'Each row sums up {count} windows of {length}.',
    nothing: 'Nothing is known of this time.',
    loading: 'Loading …',
    total: 'Total',
    unreachable: 'The gateway cannot be reached. It is tried again by itself.',
    forbidden: 'Your token may not see this.',
    day: 'Day',
    week: 'Week',
    month: 'Month',
    year: 'Year',
    earlier: 'Earlier',
    later: 'Later',
    today: 'Now',
    range: 'Time shown',
    presence: 'somebody there',
    opening: 'opening hours',
    gap: 'nothing known',
    part: 'part known',
    length: 'windows of {length}',
    min1: '1 minute',
    min15: '15 minutes',
    hour1: '1 hour',
    day1: '1 day',
    level: 'Level {level}',
    outside: 'outside',
    upTo: '{value} · level {level}',
    detail: 'Detail',
    auto: 'Auto',
  },
  fr: {
    chart: '{name}, graphique. Les flèches déplacent, plus et moins zooment, Maj et flèches lisent les valeurs.',
    hint: 'Cliquez un graphique puis faites défiler pour zoomer ; glissez pour déplacer. Touches : ← → + −, et Maj avec ← → pour lire les valeurs.',
    touch: 'Glissez pour déplacer, pincez pour zoomer.',
    table: 'Voir en tableau',
    csv: 'CSV',
    csvTitle: 'Télécharger ce qui est affiché en CSV',
    when: 'Début',
    least: 'Minimum',
    most: 'Maximum',
    mean: 'Moyenne',
    coverage: 'Connu',
    each: 'Chaque ligne résume {count} fenêtres de {length}.',
    nothing: 'Rien n’est connu de cette période.',
    loading: 'Chargement …',
    total: 'Total',
    unreachable: 'La passerelle est injoignable. Un nouvel essai se fait tout seul.',
    forbidden: 'Votre jeton ne donne pas accès à cette vue.',
    day: 'Jour',
    week: 'Semaine',
    month: 'Mois',
    year: 'Année',
    earlier: 'Avant',
    later: 'Après',
    today: 'Maintenant',
    range: 'Période affichée',
    presence: 'présence',
    opening: 'heures d’ouverture',
    gap: 'rien de connu',
    part: 'connu en partie',
    length: 'fenêtres de {length}',
    min1: '1 minute',
    min15: '15 minutes',
    hour1: '1 heure',
    day1: '1 jour',
    level: 'Niveau {level}',
    outside: 'hors limites',
    upTo: '{value} · niveau {level}',
    detail: 'Détail',
    auto: 'Auto',
  },
});

export const lengthWord = (length: Length) => chartWords(({ '1m': 'min1', '15m': 'min15', '1h': 'hour1', '1d': 'day1' } as const)[length]);

const locale = () => (language.value === 'fr' ? 'fr-FR' : 'en-GB');

const kept = new Map<string, Intl.DateTimeFormat>();

function dated(at: number, options: Intl.DateTimeFormatOptions): string {
  const timeZone = centreClock().zone;
  const key = locale() + timeZone + JSON.stringify(options);
  let format = kept.get(key);
  if (!format) kept.set(key, (format = new Intl.DateTimeFormat(locale(), { ...options, timeZone })));
  return format.format(at);
}

const quantities = words({
  en: {
    co2: 'CO₂',
    temperature: 'Temperature',
    humidity: 'Relative humidity',
    'pm.1': 'PM1',
    'pm.2-5': 'PM2.5',
    'pm.4': 'PM4',
    'pm.10': 'PM10',
    'voc.index': 'VOC index',
    voc: 'VOC',
    'voc.mass': 'VOC by mass',
    'nox.index': 'NOx index',
    illuminance: 'Illuminance',
    pressure: 'Air pressure',
    'power.active': 'Power',
    'energy.active.import': 'Energy in',
    'energy.active.export': 'Energy out',
    water: 'Water',
    people: 'People',
    'desks.occupied': 'Desks taken',
    'desks.offered': 'Desks offered',
    presence: 'Presence',
  },
  fr: {
    co2: 'CO₂',
    temperature: 'Température',
    humidity: 'Humidité relative',
    'pm.1': 'PM1',
    'pm.2-5': 'PM2,5',
    'pm.4': 'PM4',
    'pm.10': 'PM10',
    'voc.index': 'Indice COV',
    voc: 'COV',
    'voc.mass': 'COV en masse',
    'nox.index': 'Indice NOx',
    illuminance: 'Éclairement',
    pressure: 'Pression',
    'power.active': 'Puissance',
    'energy.active.import': 'Énergie entrante',
    'energy.active.export': 'Énergie sortante',
    water: 'Eau',
    people: 'Personnes',
    'desks.occupied': 'Postes pris',
    'desks.offered': 'Postes offerts',
    presence: 'Présence',
  },
});

/** A quantity for people; one without a word is shown by its name. */
export function quantityWord(quantity: string): string {
  return quantities(quantity as Parameters<typeof quantities>[0]) ?? quantity;
}

/** A mark of the axis of time. */
export function tickWord(at: number, kind: TickText): string {
  if (kind === 'clock') return clock(at);
  if (kind === 'day')
    return dated(at, { weekday: 'short', day: 'numeric', month: 'short' })
      .replace(',', '')
      .replace(/\.(?=\s|$)/g, '');
  return dated(at, kind === 'year' ? { year: 'numeric' } : { month: 'short' });
}

/** A number on the axis of values, with as many digits as its neighbours need. */
export function stepWord(value: number, step: number): string {
  return number(value, Number.isInteger(step) ? 0 : step > 1 ? 1 : Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** A span in words: "Sunday 22 November 2026", "16 – 22 Nov 2026", "November 2026", … */
export function spanWord(span: Span): string {
  const kind = calendarOf(span, centreClock());
  if (kind === 'day') return dated(span.from, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  if (kind === 'month') return capital(dated(span.from, { month: 'long', year: 'numeric' }));
  if (kind === 'year') return dated(span.from, { year: 'numeric' });
  const last = span.to - 1;
  if (date(span.from) === date(last)) return `${day(span.from)} ${clock(span.from)} – ${clock(span.to)}`;
  const short = { day: 'numeric', month: 'short' } as const;
  const same = date(span.from).slice(0, 4) === date(last).slice(0, 4);
  return `${dated(span.from, same ? short : { ...short, year: 'numeric' })} – ${dated(last, { ...short, year: 'numeric' })}`;
}

/** When a window lies: "Sun 22 Nov 14:00 – 14:15", or a day. */
export function windowWord(from: number, length: Length): string {
  if (length === '1d') return dated(from, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const minutes = { '1m': 1, '15m': 15, '1h': 60 }[length];
  return `${day(from)} ${clock(from)} – ${clock(from + minutes * 60_000)}`;
}

export const monthWord = (at: number) => dated(at, { month: 'short' });

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
