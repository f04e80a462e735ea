import '../styles/now.css';
import { categoryOf, inSpace, outdoorCo2, outdoorTemperature, roman, type Category, type Comfort } from '../comfort';
import { centre } from '../centre';
import { ago, longDay, number, percent, power, UNKNOWN } from '../figures';
import { now } from '../live';
import { Card, Found, levelTone, levelWord, PageHead, Pill, useAsk } from '../parts/basics';
import { DeskLegend, FloorPlan } from '../parts/plan';
import { flows } from '../power';
import type { CriterionList, DevicePage, LabelNow, PlanDrawn, SpaceNow } from '../shapes';
import { words } from '../words';

const t = words({
  en: {
    title: 'Now', well: 'All is well.', wellMore: '{devices} devices answer, everything is recorded.',
    wrong: 'What is wrong now', dead: '{name} is silent; last heard {time}.', clock: 'The clock cannot be trusted: readings are questionable.', deadNever: '{name} has not answered yet.',
    costs: 'Not known because of it: {points} figures.', costsDesks: 'Not known because of it: {points} figures, {desks} desks.',
    more: 'and {count} more', look: 'What to do', stuffy: '{name}: CO₂ is at {ppm} ppm. Open windows or ventilate more.',
    desks: 'Desks', spaces: 'Rooms', space: 'Room', free: 'Free desks', co2: 'CO₂', temperature: 'Temperature', humidity: 'Humidity',
    category: 'category {roman}', categories: 'I to IV: comfort categories after EN 16798-1, by the limits of the label.',
    power: 'Power now', used: 'used in the building', grid: 'from the grid', fed: 'into the grid', solar: 'from the sun', noSolar: 'no sun',
    own: '{share} of it from the building’s own panels', allOwn: 'the building lives on its own panels', loads: 'Largest loads', silent: 'The main meter is silent.',
    label: 'Label this month so far', capped: 'In the way: {list}', andMore: ' and {count} more', noCap: 'Nothing stands in the way of the next level.', toLabel: 'See the criteria',
    noLabel: 'This centre is judged by no label.', outside: 'Outside {temperature} °C', outsideCo2: 'CO₂ {co2} ppm', noPlan: 'The site file draws no floor plan: give spaces an “outline” and desks an “at”.',
    taking: 'The verdicts are still being worked out.', ofDesks: '{free} of {all}', people: 'somebody is there', nobody: 'nobody there', airOut: 'Air outside',
  },
  fr: {
    title: 'En direct', well: 'Tout va bien.', wellMore: '{devices} appareils répondent, tout est enregistré.',
    wrong: 'Ce qui ne va pas', dead: '{name} est muet ; entendu {time}.', clock: 'L’horloge n’est pas fiable : les mesures sont douteuses.', deadNever: '{name} n’a pas encore répondu.',
    costs: 'Inconnu de ce fait : {points} mesures.', costsDesks: 'Inconnu de ce fait : {points} mesures, {desks} postes.',
    more: 'et {count} autres', look: 'Que faire', stuffy: '{name} : le CO₂ atteint {ppm} ppm. Ouvrez les fenêtres ou ventilez davantage.',
    desks: 'Postes de travail', spaces: 'Salles', space: 'Salle', free: 'Postes libres', co2: 'CO₂', temperature: 'Température', humidity: 'Humidité',
    category: 'catégorie {roman}', categories: 'I à IV : catégories de confort d’après l’EN 16798-1, selon les limites du label.',
    power: 'Puissance', used: 'consommés dans le bâtiment', grid: 'du réseau', fed: 'vers le réseau', solar: 'du soleil', noSolar: 'pas de soleil',
    own: 'dont {share} de nos panneaux', allOwn: 'le bâtiment vit de ses panneaux', loads: 'Principaux usages', silent: 'Le compteur général est muet.',
    label: 'Label, ce mois-ci', capped: 'Ce qui bloque : {list}', andMore: ' et {count} autres', noCap: 'Rien n’empêche le niveau suivant.', toLabel: 'Voir les critères',
    noLabel: 'Ce centre n’est jugé par aucun label.', outside: 'Dehors {temperature} °C', outsideCo2: 'CO₂ {co2} ppm', noPlan: 'Le fichier du site ne dessine pas de plan : donnez un « outline » aux espaces et un « at » aux postes.',
    taking: 'Les verdicts sont en cours de calcul.', ofDesks: '{free} sur {all}', people: 'quelqu’un est là', nobody: 'personne', airOut: 'Air extérieur',
  },
});

// Problems shown before "and … more": what fits above the plan on a laptop.
const PROBLEMS_MAX = 4;

const LOADS_MAX = 5;

// As many hindrances as fit into a line; the label's page has them all.
const HINDRANCES_MAX = 3;

/** The building in five seconds: what is wrong, who is where, how the air is, what it draws. */
export default function Now() {
  const devices = useAsk<DevicePage>('devices', 5);
  const criteria = useAsk<CriterionList>('criteria', 600);
  const plan = useAsk<PlanDrawn>('plan');
  const label = useAsk<LabelNow>('label', 60);
  return (
    <div class="page now">
      <PageHead title={t('title')}>
        <p class="soft">
          {longDay(now.value?.at)}
          <Outside criteria={criteria.found} />
        </p>
      </PageHead>
      <Wrong page={devices.found} criteria={criteria.found} />
      <div class="now-grid">
        <Card class="now-plan" title={t('desks')} more={<DeskLegend />}>
          <Found asked={plan}>{(drawn) => (drawn.storeys.length ? <FloorPlan plan={drawn} criteria={criteria.found} /> : <p class="soft">{t('noPlan')}</p>)}</Found>
        </Card>
        <Power />
        <Card class="now-label" title={t('label')}>
          {label.refusal?.status === 404 ? <p class="soft">{t('noLabel')}</p>
            : label.refusal?.status === 503 ? <p class="soft">{t('taking')}</p>
            : <Found asked={label}>{(found) => <LabelLine label={found} criteria={criteria.found} />}</Found>}
        </Card>
        <Card class="now-spaces" title={t('spaces')}>
          <Spaces criteria={criteria.found} />
        </Card>
      </div>
    </div>
  );
}

function Outside(props: { criteria: CriterionList | null }) {
  const [temperature, co2] = [outdoorTemperature(), outdoorCo2(props.criteria)];
  return (
    <>
      {temperature !== null && <> · {t('outside', { temperature: number(temperature, 1) })}</>}
      {co2 !== null && <> · {t('outsideCo2', { co2: number(co2) })}</>}
    </>
  );
}

function Wrong(props: { page: DevicePage | null; criteria: CriterionList | null }) {
  if (!props.page) return null;
  const { devices, troubles } = props.page;
  const dead = devices.filter((device) => !device.alive);
  const problems: { key: string; text: string; more?: string | undefined; bad: boolean; foreign?: boolean }[] = [];
  for (const one of troubles.filter((trouble) => !dead.some((device) => device.name === trouble.subject)))
    problems.push(one.subject === 'clock' ? { key: 'clock', text: t('clock'), bad: false } : { key: one.subject + one.text, text: one.text, bad: one.fatal, foreign: true });
  for (const device of dead) {
    const { points, desksUnknown } = device.costs;
    const costs = desksUnknown ? t('costsDesks', { points: points.length, desks: desksUnknown }) : points.length ? t('costs', { points: points.length }) : undefined;
    const since = device.lastGoodAt ? t('dead', { name: device.name, time: ago(device.lastGoodAt, now.value?.at) }) : t('deadNever', { name: device.name });
    problems.push({ key: device.name, text: since, more: costs, bad: true });
  }
  for (const space of centre.value?.spaces ?? []) {
    const co2 = inSpace(space.id, 'co2');
    if (categoryOf('co2', co2, props.criteria) === 4) problems.push({ key: space.id, text: t('stuffy', { name: space.name, ppm: number(co2) }), bad: false });
  }
  problems.sort((a, b) => Number(b.bad) - Number(a.bad));
  if (problems.length === 0)
    return (
      <section class="verdict good" aria-live="polite" data-test="wrong">
        <Sign good />
        <p>
          <strong>{t('well')}</strong> <span class="soft">{t('wellMore', { devices: devices.length })}</span>
        </p>
      </section>
    );
  return (
    <section class={`verdict ${problems.some((one) => one.bad) ? 'bad' : 'watch'}`} aria-live="polite" aria-label={t('wrong')} data-test="wrong">
      <Sign />
      <ul>
        {problems.slice(0, PROBLEMS_MAX).map((one) => (
          <li key={one.key}>
            <strong lang={one.foreign ? 'en' : undefined}>{one.text}</strong> {one.more && <span class="soft">{one.more}</span>}
          </li>
        ))}
        {problems.length > PROBLEMS_MAX && <li class="soft">{t('more', { count: problems.length - PROBLEMS_MAX })}</li>}
      </ul>
      <a class="button" href="/devices">{t('look')}</a>
    </section>
  );
}

function Sign(props: { good?: boolean }) {
  return (
    <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
      {props.good ? (
        <>
          <circle cx="12" cy="12" r="10" />
          <path d="M7.500 12.500l3 3 6-6.500" />
        </>
      ) : (
        <>
          <path d="M12 2.500L22.500 21h-21z" />
          <path d="M12 9v5.500M12 17.600v.100" />
        </>
      )}
    </svg>
  );
}

function Power() {
  const { grid, solar, used, loads } = flows();
  const largest = loads.slice(0, LOADS_MAX);
  const shown = power(used);
  const total = Math.max(used ?? 0, solar ?? 0, 1);
  const own = solar === null || used === null ? null : Math.min(solar, used);
  return (
    <Card class="now-power" title={t('power')}>
      {used === null ? (
        <p class="soft">{t('silent')}</p>
      ) : (
        <>
          <p class="big">
            <span class="figure">{shown.figure}</span> <small>{shown.unit}</small> <span class="soft small">{t('used')}</span>
          </p>
          <div class="flow" aria-hidden="true">
            {own !== null && <i class="own" style={{ flexGrow: own / total }} />}
            {grid !== null && grid > 0 && <i class="grid" style={{ flexGrow: grid / total }} />}
            {grid !== null && grid < 0 && <i class="fed" style={{ flexGrow: -grid / total }} />}
          </div>
          <ul class="flow-words small">
            {solar !== null && <Flow kind="own" watts={solar} text={solar < 1 ? t('noSolar') : t('solar')} />}
            {grid !== null && <Flow kind={grid < 0 ? 'fed' : 'grid'} watts={Math.abs(grid)} text={grid < 0 ? t('fed') : t('grid')} />}
          </ul>
          {own !== null && used > 0 && own >= 1 && (
            <p class="soft small">{grid !== null && grid <= 0 ? t('allOwn') : t('own', { share: percent(own / used) })}</p>
          )}
          {largest.length > 0 && (
            <>
              <h3 class="small soft">{t('loads')}</h3>
              <ul class="loads small">
                {largest.map((load) => {
                  const size = power(load.watts);
                  return (
                    <li key={load.device}>
                      <span>{load.device}</span>
                      <i aria-hidden="true"><b style={{ width: `${(100 * load.watts) / largest[0]!.watts}%` }} /></i>
                      <span class="figure">{size.figure} {size.unit}</span>
                    </li>
                  );
                })}
              </ul>
            </>
          )}
        </>
      )}
    </Card>
  );
}

function Flow(props: { kind: string; watts: number; text: string }) {
  const size = power(props.watts);
  return (
    <li>
      <i class={props.kind} aria-hidden="true" />
      <b class="figure">{size.figure} {size.unit}</b> {props.text}
    </li>
  );
}

function LabelLine(props: { label: LabelNow; criteria: CriterionList | null }) {
  const { level, cappedBy } = props.label;
  const title = (id: string) => props.criteria?.criteria.find((one) => one.id === id)?.title ?? id;
  const rest = cappedBy.length - HINDRANCES_MAX;
  return (
    <>
      <p class="label-line">
        <Pill tone={levelTone(level)}>{levelWord(level)}</Pill>
        <span class="small">
          {cappedBy.length === 0 ? t('noCap') : t('capped', { list: cappedBy.slice(0, HINDRANCES_MAX).map(title).join(', ') })}
          {rest > 0 && t('andMore', { count: rest })}
        </span>
      </p>
      <a class="small" href="/label">{t('toLabel')}</a>
    </>
  );
}

function Spaces(props: { criteria: CriterionList | null }) {
  const known = (centre.value?.spaces ?? []).filter((space) => space.desks > 0 || (['co2', 'temperature', 'humidity'] as const).some((q) => has(space, q)));
  return (
    <>
      <table class="spaces">
        <thead>
          <tr>
            <th scope="col">{t('space')}</th>
            <th scope="col">{t('free')}</th>
            <th scope="col">{t('co2')}</th>
            <th scope="col">{t('temperature')}</th>
            <th scope="col">{t('humidity')}</th>
          </tr>
        </thead>
        <tbody>
          {known.map((space) => {
            const live = now.value?.spaces[space.id];
            return (
              <tr key={space.id}>
                <th scope="row">{space.name}</th>
                <td data-word={t('free')}>
                  {live && live.desks > 0 ? (
                    <span class="seats">
                      <span class="figure">{t('ofDesks', { free: live.free, all: live.desks })}</span>
                      <i aria-hidden="true"><b style={{ width: `${(100 * live.free) / live.desks}%` }} /></i>
                    </span>
                  ) : UNKNOWN}
                </td>
                <Measured space={space} quantity="co2" unit="ppm" digits={0} criteria={props.criteria} />
                <Measured space={space} quantity="temperature" unit="°C" digits={1} criteria={props.criteria} />
                <Measured space={space} quantity="humidity" unit="%" digits={0} criteria={props.criteria} />
              </tr>
            );
          })}
        </tbody>
      </table>
      {props.criteria && <p class="soft small spaces-foot">{t('categories')}</p>}
    </>
  );
}

function has(space: SpaceNow, quantity: Comfort): boolean {
  return [...(centre.value?.points.values() ?? [])].some((point) => point.quantity === quantity && point.place === space.id);
}

function Measured(props: { space: SpaceNow; quantity: Comfort; unit: string; digits: number; criteria: CriterionList | null }) {
  const measured = inSpace(props.space.id, props.quantity);
  const category = categoryOf(props.quantity, measured, props.criteria);
  return (
    <td data-word={t(props.quantity)}>
      {measured === null ? UNKNOWN : (
        <span class="measured">
          <span class="figure">{number(measured, props.digits)} <small>{props.unit}</small></span>
          {category && <CategorySign category={category} />}
        </span>
      )}
    </td>
  );
}

function CategorySign(props: { category: Category }) {
  return (
    <span class={`category c${props.category}`} title={t('category', { roman: roman(props.category) })}>
      <span class="hidden-text">{t('category', { roman: '' })}</span>
      {roman(props.category)}
    </span>
  );
}

