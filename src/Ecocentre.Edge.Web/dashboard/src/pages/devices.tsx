import { useEffect, useState } from 'preact/hooks';
import '../styles/devices.css';
import { ask } from '../api';
import { ago, clock, day, moment, number, percent, UNKNOWN } from '../figures';
import { now } from '../live';
import { Card, Found, PageHead, Pill, useAsk } from '../parts/basics';
import { incidentTone, incidentWord } from '../parts/incidentwords';
import { Told } from '../parts/told';
import type { DeviceNow, DevicePage, GatewayNow, IncidentPage, IncidentTold, SinkNow, Trouble } from '../shapes';
import { words } from '../words';

/** A receiver for whom there is room for less than a day more is looked at today. */
const TIGHT_SECONDS = 86_400;

const t = words({
  en: {
    title: 'Devices', summary: '{alive} of {all} devices answer', todo: 'What to do', nothing: 'Nothing to do: every device answers, everything is recorded and told.',
    bus: 'Bus {name}', use: '{share} of its time in use', device: 'Device', state: 'State', alive: 'answers', dead: 'silent', lastGood: 'Last good reading', success: 'Success', latency: 'Answer',
    calibration: 'Calibration', none: 'not declared', forever: 'does not run out', due: 'until {day}', overdue: 'overdue since {day}', soon: 'until {day}, soon', ms: '{count} ms', wait: 'waits {count} ms for its bus',
    outputs: 'Who is told', receiver: 'Receiver', behind: 'Waiting', behindSince: '{count} since {time}', none0: 'nothing', ok: 'is told', trouble: 'cannot be told', noSinks: 'Nobody outside is told: the site names no broker, database or webhook.',
    gateway: 'The gateway itself', clockGood: 'Clock is synchronised', clockBad: 'Clock is not synchronised', offset: 'off by {seconds} s', era: 'set {count} times since start', log: 'Log', logUse: '{used} of {max} MB',
    undelivered: 'Waiting to be told', entries: '{count} entries', oldest: 'the oldest since {time}', dropped: 'Given up', since: 'Clock',
    incidents: 'Incidents', at: 'When', kind: 'What', subject: 'Where', text: 'Details', older: 'Older', allShown: 'These are all.', noIncidents: 'No incidents are on record.',
    deadTitle: '{name} is silent', deadSince: 'Last heard {time}.', never: 'Not heard since the gateway started.', why: 'It says: {why}', costs: 'Not known meanwhile: {points} figures, {desks} desks.',
    stepPower: 'See whether it has power and its plug sits well.', stepBus: 'All devices of bus {bus} are silent: look at its adapter, cable and power first.', stepRead: 'On the gateway, this shows what it answers:',
    stepSwap: 'If it was exchanged, tell the gateway, so that its counters go on:', clockStep: 'Give the gateway a time server (NTP), or a clock with a battery. Until then readings count as questionable.', clockTitle: 'The clock cannot be trusted',
    logTitle: 'Nothing is recorded', logStep: 'Free space on the disk or exchange the card; what is measured meanwhile is lost and the gap will be noted.', sinkTitle: '{name} cannot be told', sinkStep: 'Nothing is lost: what waits is kept and sent when it is back. See whether it runs and the network reaches it.', room: 'Room for what waits runs out {time}.',
    otherTitle: 'Look at {name}', calTitle: 'Calibrations are overdue', calStep: 'Readings of {list} count as questionable. Calibrate them and note it:', page: 'Showing {count}',
  },
  fr: {
    title: 'Appareils', summary: '{alive} appareils sur {all} répondent', todo: 'Que faire', nothing: 'Rien à faire : chaque appareil répond, tout est enregistré et transmis.',
    bus: 'Bus {name}', use: 'occupé {share} du temps', device: 'Appareil', state: 'État', alive: 'répond', dead: 'muet', lastGood: 'Dernière bonne mesure', success: 'Réussite', latency: 'Réponse',
    calibration: 'Étalonnage', none: 'non déclaré', forever: 'sans échéance', due: 'jusqu’au {day}', overdue: 'échu depuis le {day}', soon: 'jusqu’au {day}, bientôt', ms: '{count} ms', wait: 'attend le bus {count} ms',
    outputs: 'Destinataires', receiver: 'Destinataire', behind: 'En attente', behindSince: '{count} depuis {time}', none0: 'rien', ok: 'informé', trouble: 'injoignable', noSinks: 'Personne à l’extérieur n’est informé : le site ne nomme ni broker, ni base, ni webhook.',
    gateway: 'La passerelle', clockGood: 'Horloge synchronisée', clockBad: 'Horloge non synchronisée', offset: 'écart de {seconds} s', era: 'réglée {count} fois depuis le démarrage', log: 'Journal', logUse: '{used} sur {max} Mo',
    undelivered: 'À transmettre', entries: '{count} entrées', oldest: 'la plus ancienne depuis {time}', dropped: 'Abandonnées', since: 'Horloge',
    incidents: 'Incidents', at: 'Quand', kind: 'Quoi', subject: 'Où', text: 'Détails', older: 'Plus anciens', allShown: 'Tout est affiché.', noIncidents: 'Aucun incident enregistré.',
    deadTitle: '{name} est muet', deadSince: 'Entendu pour la dernière fois {time}.', never: 'Jamais entendu depuis le démarrage.', why: 'Il dit : {why}', costs: 'Inconnu entre-temps : {points} mesures, {desks} postes.',
    stepPower: 'Vérifiez son alimentation et sa prise.', stepBus: 'Tous les appareils du bus {bus} sont muets : voyez d’abord l’adaptateur, le câble et l’alimentation.', stepRead: 'Sur la passerelle, ceci montre ce qu’il répond :',
    stepSwap: 'S’il a été remplacé, dites-le à la passerelle pour que ses compteurs continuent :', clockStep: 'Donnez à la passerelle un serveur de temps (NTP) ou une horloge à pile. D’ici là, les mesures sont douteuses.', clockTitle: 'L’horloge n’est pas fiable',
    logTitle: 'Rien n’est enregistré', logStep: 'Libérez de la place ou remplacez la carte ; ce qui est mesuré entre-temps est perdu et le trou sera noté.', sinkTitle: '{name} est injoignable', sinkStep: 'Rien n’est perdu : ce qui attend est gardé et envoyé à son retour. Vérifiez qu’il fonctionne et que le réseau l’atteint.', room: 'La place pour ce qui attend sera épuisée {time}.',
    otherTitle: 'Voir {name}', calTitle: 'Étalonnages échus', calStep: 'Les mesures de {list} sont douteuses. Étalonnez et notez-le :', page: '{count} affichés',
  },
});

// A calibration takes some weeks to order.
const SOON_DAYS = 45;

const INCIDENTS_AT_ONCE = 25;

/** Everything that is wired in or told, the dead first, and what to do about it. */
export default function Devices() {
  const asked = useAsk<DevicePage>('devices', 5);
  return (
    <div class="page devices">
      <PageHead title={t('title')}>
        {asked.found && (
          <p class="soft">{t('summary', { alive: asked.found.devices.length - asked.found.dead, all: asked.found.devices.length })}</p>
        )}
      </PageHead>
      <Found asked={asked}>
        {(page) => (
          <>
            <ToDo page={page} />
            <Self gateway={page.gateway} sinks={page.sinks} />
            <div class="buses">
              {page.buses.map((bus) => (
                <Bus key={bus.name} name={bus.name} share={bus.useShare} devices={page.devices.filter((one) => one.bus === bus.name)} />
              ))}
            </div>
          </>
        )}
      </Found>
      <Incidents />
    </div>
  );
}

interface Task {
  title: string;
  text: string;
  foreign?: string | null;
  steps: { text: string; command?: string }[];
  bad: boolean;
}

function tasks(page: DevicePage): Task[] {
  const list: Task[] = [];
  const told = new Set<string>();
  for (const device of page.devices.filter((one) => !one.alive)) {
    told.add(device.name);
    const mates = page.devices.filter((one) => one.bus === device.bus);
    const wholeBus = mates.length > 1 && mates.every((one) => !one.alive);
    list.push({
      title: t('deadTitle', { name: device.name }),
      text: `${device.lastGoodAt ? t('deadSince', { time: ago(device.lastGoodAt, page.gateway.now) }) : t('never')} ${
        device.costs.points.length + device.costs.desksUnknown ? t('costs', { points: device.costs.points.length, desks: device.costs.desksUnknown }) : ''}`,
      foreign: device.why,
      steps: [
        { text: wholeBus ? t('stepBus', { bus: device.bus }) : t('stepPower') },
        { text: t('stepRead'), command: `ecocentre-edge read --site site.json ${device.name}` },
        { text: t('stepSwap'), command: `ecocentre-edge device swap ${device.name}` },
      ],
      bad: true,
    });
  }
  for (const sink of page.sinks.filter((one) => !one.alive)) {
    told.add(sink.name);
    const isTight = sink.fullInSeconds !== null && sink.fullInSeconds < TIGHT_SECONDS;
    list.push({
      title: t('sinkTitle', { name: sink.name }), text: [t('behindSince', { count: number(sink.behind), time: moment(sink.troubleSince) }), room(sink, page.gateway.now)].filter(Boolean).join('. '),
      foreign: sink.trouble, steps: [{ text: t('sinkStep') }], bad: isTight,
    });
  }
  for (const trouble of page.troubles.filter((one) => !told.has(one.subject))) list.push(ofTrouble(trouble));
  const overdue = page.devices.filter((one) => one.instrument?.validUntil && Date.parse(one.instrument.validUntil) < Date.parse(page.gateway.now));
  if (overdue.length)
    list.push({
      title: t('calTitle'), text: t('calStep', { list: overdue.map((one) => one.name).join(', ') }),
      steps: [{ text: '', command: `ecocentre-edge device calibrate ${overdue[0]!.name}` }], bad: false,
    });
  return list.sort((a, b) => Number(b.bad) - Number(a.bad));
}

function room(sink: SinkNow, now: string): string {
  return sink.fullInSeconds === null || sink.fullInSeconds === undefined ? '' : t('room', { time: ago(Date.parse(now) + sink.fullInSeconds * 1000, now) });
}

function ofTrouble(trouble: Trouble): Task {
  if (trouble.subject === 'clock') return { title: t('clockTitle'), text: '', steps: [{ text: t('clockStep') }], bad: false };
  if (trouble.subject === 'log') return { title: t('logTitle'), text: '', foreign: trouble.text, steps: [{ text: t('logStep') }], bad: true };
  return { title: t('otherTitle', { name: trouble.subject }), text: '', foreign: trouble.text, steps: [], bad: trouble.fatal };
}

function ToDo(props: { page: DevicePage }) {
  const list = tasks(props.page);
  if (list.length === 0) return <p class="note good-note">{t('nothing')}</p>;
  return (
    <section class="todo" aria-label={t('todo')}>
      {list.map((task) => (
        <article key={task.title} class={`card task ${task.bad ? 'bad' : 'watch'}`}>
          <h2>{task.title}</h2>
          {task.text && <p>{task.text}</p>}
          {task.foreign && <p class="soft small"><Told text={task.foreign} /></p>}
          {task.steps.length > 0 && (
            <ol>
              {task.steps.map((step) => (
                <li key={step.text}>
                  {step.text}
                  {step.command && <code>{step.command}</code>}
                </li>
              ))}
            </ol>
          )}
        </article>
      ))}
    </section>
  );
}

function Self(props: { gateway: GatewayNow; sinks: SinkNow[] }) {
  const { gateway, sinks } = props;
  const mega = (bytes: number | null) => (bytes === null ? UNKNOWN : number(bytes / 1e6, bytes < 1e8 ? 1 : 0));
  return (
    <div class="self">
      <Card title={t('gateway')}>
        <dl class="facts">
          <div>
            <dt>{t('since')}</dt>
            <dd>
              <Pill tone={gateway.clockTrusted ? 'good' : 'watch'}>{gateway.clockTrusted ? t('clockGood') : t('clockBad')}</Pill>
              <span class="soft small">
                {gateway.clockOffsetSeconds !== null && Math.abs(gateway.clockOffsetSeconds) >= 0.1 && `${t('offset', { seconds: number(gateway.clockOffsetSeconds, 1) })} `}
                {gateway.era > 0 && t('era', { count: gateway.era })}
              </span>
            </dd>
          </div>
          <div>
            <dt>{t('log')}</dt>
            <dd>
              <span class="figure">{t('logUse', { used: mega(gateway.logBytes), max: mega(gateway.logBytesMax) })}</span>
              {gateway.logBytes !== null && gateway.logBytesMax ? <Bar share={gateway.logBytes / gateway.logBytesMax} /> : null}
            </dd>
          </div>
          <div>
            <dt>{t('undelivered')}</dt>
            <dd>
              <span class="figure">{t('entries', { count: number(gateway.undelivered) })}</span>
              {gateway.undeliveredSince && <span class="soft small">{t('oldest', { time: ago(gateway.undeliveredSince, gateway.now) })}</span>}
            </dd>
          </div>
          {gateway.dropped !== null && gateway.dropped > 0 && (
            <div>
              <dt>{t('dropped')}</dt>
              <dd>
                <Pill tone="bad">{t('entries', { count: number(gateway.dropped) })}</Pill>
              </dd>
            </div>
          )}
        </dl>
      </Card>
      <Card title={t('outputs')}>
        {sinks.length === 0 ? <p class="soft">{t('noSinks')}</p> : (
          <table class="stack">
            <thead>
              <tr>
                <th scope="col">{t('receiver')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col">{t('behind')}</th>
              </tr>
            </thead>
            <tbody>
              {sinks.map((sink) => (
                <tr key={sink.name}>
                  <th scope="row">{sink.name}</th>
                  <td data-word={t('state')}><Pill tone={sink.alive ? 'good' : 'bad'}>{sink.alive ? t('ok') : t('trouble')}</Pill></td>
                  <td data-word={t('behind')} class="figure">
                    {sink.behind === 0 ? t('none0') : sink.behindSince ? t('behindSince', { count: number(sink.behind), time: clock(sink.behindSince) }) : number(sink.behind)}
                    {sink.behind > 0 && <span class="soft small"> {room(sink, gateway.now)}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Card>
    </div>
  );
}

function Bar(props: { share: number }) {
  return (
    <i class="bar" aria-hidden="true">
      <b style={{ width: `${Math.min(100, 100 * props.share)}%` }} class={props.share > 0.8 ? 'much' : ''} />
    </i>
  );
}

function Bus(props: { name: string; share: number; devices: DeviceNow[] }) {
  return (
    <Card title={t('bus', { name: props.name })} more={<span class="use small soft">{t('use', { share: percent(props.share) })} <Bar share={props.share} /></span>}>
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">{t('device')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col">{t('lastGood')}</th>
            <th scope="col">{t('success')}</th>
            <th scope="col">{t('latency')}</th>
            <th scope="col">{t('calibration')}</th>
          </tr>
        </thead>
        <tbody>
          {props.devices.map((device) => (
            <tr key={device.name}>
              <th scope="row">{device.name}</th>
              <td data-word={t('state')} class="state-cell"><Pill tone={device.alive ? 'good' : 'bad'}>{device.alive ? t('alive') : t('dead')}</Pill></td>
              <td data-word={t('lastGood')}>{ago(device.lastGoodAt, now.value?.at)}</td>
              <td data-word={t('success')} class="figure">{device.polls > 0 ? percent(Math.max(0, 1 - device.faults / device.polls), 1) : UNKNOWN}</td>
              <td data-word={t('latency')} class="figure" title={t('wait', { count: number(device.delayMilliseconds) })}>
                {device.latencyMilliseconds > 0 ? t('ms', { count: number(device.latencyMilliseconds, device.latencyMilliseconds < 10 ? 1 : 0) }) : UNKNOWN}
              </td>
              <td data-word={t('calibration')} class={device.instrument?.validUntil ? 'calibration-cell' : 'nothing'}><Calibration device={device} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Calibration(props: { device: DeviceNow }) {
  const { instrument } = props.device;
  if (!instrument) return <span class="soft">{t('none')}</span>;
  if (!instrument.validUntil) return <span class="soft">{t('forever')}</span>;
  const days = (Date.parse(instrument.validUntil) - Date.parse(now.value?.at ?? new Date().toISOString())) / 86_400_000;
  const until = moment(instrument.validUntil).split(',')[0]!;
  if (days < 0) return <Pill tone="bad">{t('overdue', { day: until })}</Pill>;
  if (days < SOON_DAYS) return <Pill tone="watch">{t('soon', { day: until })}</Pill>;
  return <span>{t('due', { day: until })}</span>;
}

function Incidents() {
  const first = useAsk<IncidentPage>(`incidents?limit=${INCIDENTS_AT_ONCE}`, 15);
  const [older, setOlder] = useState<IncidentTold[]>([]);
  const [next, setNext] = useState<number | null | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (older.length === 0) setNext(first.found?.next);
  }, [first.found]);
  // Newer ones push the first page on: what it shows is not shown twice.
  const shown = [...(first.found?.incidents ?? []), ...older].filter((one, i, all) => all.findIndex((other) => other.sequence === one.sequence) === i);
  const more = () => {
    if (!next) return;
    setBusy(true);
    ask<IncidentPage>(`incidents?limit=${INCIDENTS_AT_ONCE}&before=${next}`).then(
      (page) => {
        setOlder([...older, ...page.incidents]);
        setNext(page.next);
        setBusy(false);
      },
      () => setBusy(false),
    );
  };
  return (
    <Card title={t('incidents')} more={shown.length > 0 ? <span class="soft small">{t('page', { count: shown.length })}</span> : undefined}>
      <Found asked={first}>
        {() => shown.length === 0 ? <p class="soft">{t('noIncidents')}</p> : (
          <>
            <table class="stack incidents">
              <thead>
                <tr>
                  <th scope="col">{t('at')}</th>
                  <th scope="col">{t('kind')}</th>
                  <th scope="col">{t('subject')}</th>
                  <th scope="col">{t('text')}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((one) => (
                  <tr key={one.sequence}>
                    <td data-word={t('at')} class="figure when">{day(one.at)} {clock(one.at)}</td>
                    <td data-word={t('kind')}><Pill tone={incidentTone(one.kind)}>{incidentWord(one.kind)}</Pill></td>
                    <td data-word={t('subject')}>{one.subject}</td>
                    <td data-word={t('text')} class="text"><Told text={one.text} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="paging">
              {next ? <button class="button" type="button" disabled={busy} onClick={more}>{t('older')}</button> : <span class="soft small">{t('allShown')}</span>}
            </p>
          </>
        )}
      </Found>
    </Card>
  );
}
