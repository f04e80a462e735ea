import type { ComponentChildren } from 'preact';
import { categoryNow, inSpace, isTooWarm } from '../../comfort';
import { centre } from '../../centre';
import { clock, date, day, number } from '../../figures';
import { now } from '../../live';
import { outlookOf } from '../../outlook';
import { levelTone, levelWord, Pill, type Asked } from '../../parts/basics';
import { Told } from '../../parts/told';
import { tell } from '../../told';
import type { CriterionList, CriterionNow, DeviceNow, DevicePage, LabelNow } from '../../shapes';
import { t } from './words';

// Lines of a tile: what three tiles show beside each other above the plan of a laptop.
const LINES_MAX = 3;

type Tone = 'good' | 'watch' | 'bad' | 'plain';

interface Line {
  key: string;
  text: ComponentChildren;
  bad: boolean;
}

/** The three questions of whoever looks after the building, each with its answer: what is wrong, what will fail the label, which device is dead. */
export function Glance(props: { devices: Asked<DevicePage>; criteria: Asked<CriterionList>; label: Asked<LabelNow> }) {
  return (
    <div class="glance">
      <Wrong page={props.devices.found} criteria={props.criteria.found} />
      <Month criteria={props.criteria} label={props.label.found} />
      <Silent devices={props.devices} />
    </div>
  );
}

function Tile(props: { test: string; title: string; tone: Tone; head: string; lines?: Line[]; link?: { to: string; text: string }; more?: ComponentChildren; badge?: ComponentChildren }) {
  const lines = props.lines ?? [];
  const rest = lines.length - LINES_MAX;
  return (
    <section class={`tile ${props.tone}`} aria-label={props.title} data-test={props.test}>
      <Sign tone={props.tone} />
      <div>
        <div class="tile-title">
          <h2 class="small soft">{props.title}</h2>
          {props.badge}
        </div>
        <p class="tile-head" aria-live="polite">
          {props.head}
        </p>
        {lines.length > 0 && (
          <ul class="small">
            {(rest === 1 ? lines : lines.slice(0, LINES_MAX)).map((line) => (
              <li key={line.key}>{line.text}</li>
            ))}
            {rest > 1 && <li class="soft">{t('andMore', { count: rest })}</li>}
          </ul>
        )}
        {(props.more || props.link) && (
          <p class="small">
            {props.more && <span class="soft">{props.more} </span>}
            {props.link && <a href={props.link.to}>{props.link.text}</a>}
          </p>
        )}
      </div>
    </section>
  );
}

const some = (count: number, word: 'things' | 'silent' | 'failing' | 'sinking' | 'open' | 'overdue', more: Record<string, string | number> = {}) =>
  t(count === 1 ? (`${word}_one` as const) : word, { count, ...more });

/** What needs somebody now, devices that are silent apart. */
function Wrong(props: { page: DevicePage | null; criteria: CriterionList | null }) {
  const lines: Line[] = [];
  const silent = new Set(props.page?.devices.filter((device) => !device.alive).map((device) => device.name));
  for (const one of props.page?.troubles ?? []) {
    if (silent.has(one.subject)) continue;
    if (one.subject === 'clock') lines.push({ key: 'clock', text: t('clock'), bad: false });
    else lines.push({ key: one.subject + one.text, text: <><b>{one.subject}</b> <Told text={one.text} /></>, bad: one.fatal });
  }
  for (const space of centre.value?.spaces ?? []) {
    const [co2, warmth] = [inSpace(space.id, 'co2'), inSpace(space.id, 'temperature')];
    const name = space.name || space.id;
    if (categoryNow(space.id, 'co2', co2, props.criteria) === 4) lines.push({ key: `co2 ${space.id}`, text: t('stuffy', { name, ppm: number(co2) }), bad: false });
    if (categoryNow(space.id, 'temperature', warmth, props.criteria) === 4)
      lines.push({ key: `warmth ${space.id}`, text: t(isTooWarm(warmth!, props.criteria) ? 'warm' : 'cold', { name, temperature: number(warmth, 1) }), bad: false });
  }
  lines.sort((a, b) => Number(b.bad) - Number(a.bad));
  if (!props.page && lines.length === 0) return <Tile test="wrong" title={t('wrong')} tone="plain" head="…" />;
  if (lines.length === 0) return <Tile test="wrong" title={t('wrong')} tone="good" head={t('well')} more={t(props.criteria ? 'wellMore' : 'wellRecorded')} />;
  const isDeviceMatter = props.page?.troubles.some((one) => !silent.has(one.subject));
  return (
    <Tile
      test="wrong" title={t('wrong')} tone={lines.some((one) => one.bad) ? 'bad' : 'watch'} head={some(lines.length, 'things')} lines={lines}
      {...(isDeviceMatter ? { link: { to: '/devices', text: t('look') } } : {})}
    />
  );
}

/** What fails the label this month, or will as it goes. */
function Month(props: { criteria: Asked<CriterionList>; label: LabelNow | null }) {
  const { found, refusal } = props.criteria;
  const tile = { test: 'month', title: t('label') };
  if (!found) {
    if (refusal?.status === 404) return <Tile {...tile} tone="plain" head={t('noLabel')} />;
    return <Tile {...tile} tone="plain" head={refusal?.status === 503 ? t('taking') : refusal ? t('unreadable') : '…'} />;
  }
  const { failing, sinking, open, judged } = outlookOf(found);
  const line = (one: CriterionNow, word: string): Line => ({
    key: one.id,
    text: (
      <>
        <a href={`/label?show=${one.id}`}>{tell(one.title).text}</a> <span class="soft">{word}{because(one)}</span>
      </>
    ),
    bad: true,
  });
  const lines = [...failing.map((one) => line(one, t('fails'))), ...sinking.map((one) => line(one, t('falls')))];
  const head = failing.length ? some(failing.length, 'failing') : sinking.length ? some(sinking.length, 'sinking') : t(open.length ? 'early' : 'sure');
  const level = props.label?.level;
  return (
    <Tile
      {...tile} tone={failing.length ? 'bad' : sinking.length || open.length ? 'watch' : 'good'} head={head} lines={lines} link={{ to: '/label', text: t('toLabel') }}
      more={open.length ? some(open.length, 'open') : lines.length === 0 ? t('sureMore', { met: judged }) : ''}
      badge={level && <Pill tone={levelTone(level)}>{levelWord(level)} {t('soFar')}</Pill>}
    />
  );
}

function because(criterion: CriterionNow): string {
  const cause = criterion.verdict?.cause;
  if (!cause) return '';
  return `, ${t('because', { name: centre.value?.spaces.find((one) => one.id === cause)?.name || cause })}`;
}

/** The devices that do not answer, and what is not known for it. */
function Silent(props: { devices: Asked<DevicePage> }) {
  const page = props.devices.found;
  const tile = { test: 'silent', title: t('devices') };
  if (!page) return <Tile {...tile} tone="plain" head={props.devices.refusal ? t('unreadable') : '…'} />;
  const dead = page.devices.filter((device) => !device.alive);
  const overdue = page.devices.filter((one) => one.instrument?.validUntil && Date.parse(one.instrument.validUntil) < Date.parse(page.gateway.now)).length;
  const calibrations = overdue > 0 ? some(overdue, 'overdue') : '';
  if (page.devices.length === 0) return <Tile {...tile} tone="plain" head={t('noDevices')} />;
  if (dead.length === 0)
    return (
      <Tile
        {...tile} tone={overdue ? 'watch' : 'good'} head={t('answer', { all: page.devices.length })}
        more={calibrations || t('buses', { count: page.buses.length })}
      />
    );
  return (
    <Tile
      {...tile} tone="bad" head={some(dead.length, 'silent', { all: page.devices.length })} lines={silences(page.devices, dead)} more={calibrations}
      link={{ to: '/devices', text: t('look') }}
    />
  );
}

/** A line for each silent device; one for a whole bus, whose cable it will be. */
function silences(all: readonly DeviceNow[], dead: readonly DeviceNow[]): Line[] {
  const told = new Set<string>();
  return dead.flatMap((device): Line[] => {
    if (told.has(device.bus)) return [];
    const mates = all.filter((one) => one.bus === device.bus);
    if (mates.length > 1 && mates.every((one) => !one.alive)) {
      told.add(device.bus);
      const newest = mates.map((one) => one.lastGoodAt).filter((one): one is string => one !== null).sort().at(-1);
      return [{ key: device.bus, text: t('bus', { name: device.bus, count: mates.length, time: timeOf(newest) }), bad: true }];
    }
    const { points, desksUnknown } = device.costs;
    const costs = desksUnknown ? t('costsDesks', { points: points.length, desks: desksUnknown }) : points.length ? t('costs', { points: points.length }) : '';
    const since = device.lastGoodAt ? t('since', { time: timeOf(device.lastGoodAt) }) : t('never');
    return [{ key: device.name, text: <><b>{device.name}</b> {since}{costs && <span class="soft">; {costs}</span>}</>, bad: true }];
  });
}

/** A time of today, or with its day. */
function timeOf(at: string | undefined): string {
  if (!at) return clock(at);
  return now.value && date(at) === date(now.value.at) ? clock(at) : `${day(at)} ${clock(at)}`;
}

/** A shape for each tone, so that colour only helps. */
function Sign(props: { tone: Tone }) {
  return (
    <svg class="sign" viewBox="0 0 24 24" aria-hidden="true">
      {props.tone === 'good' ? (
        <>
          <circle cx="12" cy="12" r="10" />
          <path d="M7.500 12.500l3 3 6-6.500" />
        </>
      ) : props.tone === 'plain' ? (
        <>
          <circle cx="12" cy="12" r="10" />
          <path d="M8 12h8" />
        </>
      ) : props.tone === 'watch' ? (
        <>
          <path d="M12 2.500L22.500 21h-21z" />
          <path d="M12 9v5.500M12 17.600v.100" />
        </>
      ) : (
        <>
          <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" />
          <path d="M12 7v6.500M12 16.900v.100" />
        </>
      )}
    </svg>
  );
}
