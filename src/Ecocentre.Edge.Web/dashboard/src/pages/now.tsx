import '../styles/now.css';
import { categoryNow, inSpace, isInUse, outdoorCo2, outdoorTemperature, roman, type Category, type Comfort } from '../comfort';
import { centre, pointsIn } from '../centre';
import { longDay, number, percent, power, UNKNOWN } from '../figures';
import { now } from '../live';
import { Card, Found, PageHead, useAsk } from '../parts/basics';
import { DeskLegend, FloorPlan } from '../parts/plan';
import { flows } from '../power';
import type { CriterionList, DevicePage, LabelNow, PlanDrawn, SpaceNow } from '../shapes';
import { Glance } from './now/glance';
import { t } from './now/words';

const LOADS_MAX = 5;

/** The building in five seconds: what is wrong, who is where, how the air is, what it draws. */
export default function Now() {
  const devices = useAsk<DevicePage>('devices', 5);
  const criteria = useAsk<CriterionList>('criteria', 60);
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
      <Glance devices={devices} criteria={criteria} label={label} />
      <div class="now-grid">
        <Card class="now-plan" title={t('desks')} more={<DeskLegend />}>
          <Found asked={plan}>{(drawn) => (drawn.storeys.length ? <FloorPlan plan={drawn} criteria={criteria.found} /> : <p class="soft">{t('noPlan')}</p>)}</Found>
        </Card>
        <Power />
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

function Power() {
  const { grid, solar, used, loads, hasMeter } = flows();
  const largest = loads.slice(0, LOADS_MAX);
  const shown = power(used);
  const total = Math.max(used ?? 0, solar ?? 0, 1);
  const own = solar === null || used === null ? null : Math.min(solar, used);
  return (
    <Card class="now-power" title={t('power')}>
      {used === null ? (
        <p class="soft">{t(hasMeter ? 'silentMeter' : 'noMeter')}</p>
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

function Spaces(props: { criteria: CriterionList | null }) {
  const known = (centre.value?.spaces ?? []).filter((space) => space.desks > 0 || (['co2', 'temperature', 'humidity'] as const).some((q) => has(space, q)));
  if (known.length === 0) return <p class="soft">{t('noSpaces')}</p>;
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
                <th scope="row">
                  <span class="room">{space.name || space.id}</span>
                  {props.criteria && !isInUse(space.id) && <span class="soft small nobody"> {t('nobody')}</span>}
                </th>
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
  return pointsIn(space.id, quantity).length > 0;
}

function Measured(props: { space: SpaceNow; quantity: Comfort; unit: string; digits: number; criteria: CriterionList | null }) {
  const measured = inSpace(props.space.id, props.quantity);
  const category = categoryNow(props.space.id, props.quantity, measured, props.criteria);
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

