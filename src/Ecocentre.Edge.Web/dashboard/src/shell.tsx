import type { FunctionComponent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import './styles/shell.css';
import { bearer, login, logout, recognise, Refusal } from './api';
import { centre } from './centre';
import { clock } from './figures';
import { heardAt, link, now } from './live';
import { pages, type Page } from './pages';
import { Choice } from './parts/basics';
import { Icon, Mark } from './parts/icons';
import { catchLinks, place } from './route';
import { dress, theme, type Theme } from './theme';
import { language, speak, words } from './words';

const t = words({
  en: {
    now: 'Now', air: 'Air', energy: 'Energy', label: 'Label', devices: 'Devices', display: 'Foyer',
    menu: 'Pages', skip: 'Skip to the content', language: 'Language', theme: 'Colours', auto: 'Auto', light: 'Light', dark: 'Dark',
    live: 'Live', connecting: 'Connecting', stale: 'Not live', settings: 'Settings', logout: 'Log out', login: 'Log in',
    token: 'Access token', tokenHelp: 'Whoever runs this gateway makes one: ecocentre-edge token add',
    wrong: 'This token is not known, has expired or was revoked.', tooMany: 'Too many attempts. Try again in {seconds} s.',
    lost: 'The gateway is not answering. What you see is from {time}.', never: 'The gateway is not answering.',
    clockBad: 'The gateway does not know the time yet: figures are marked questionable.', missing: 'There is no such page.', at: '{time} at the centre',
    failed: 'This page could not be fetched. Load it again.',
  },
  fr: {
    now: 'En direct', air: 'Air', energy: 'Énergie', label: 'Label', devices: 'Appareils', display: 'Hall',
    menu: 'Pages', skip: 'Aller au contenu', language: 'Langue', theme: 'Couleurs', auto: 'Auto', light: 'Clair', dark: 'Sombre',
    live: 'En direct', connecting: 'Connexion', stale: 'Interrompu', settings: 'Réglages', logout: 'Se déconnecter', login: 'Se connecter',
    token: 'Jeton d’accès', tokenHelp: 'Le gestionnaire de la passerelle en crée un : ecocentre-edge token add',
    wrong: 'Ce jeton est inconnu, expiré ou révoqué.', tooMany: 'Trop d’essais. Réessayez dans {seconds} s.',
    lost: 'La passerelle ne répond pas. Vous voyez l’état de {time}.', never: 'La passerelle ne répond pas.',
    clockBad: 'La passerelle n’a pas encore l’heure : les mesures sont douteuses.', missing: 'Cette page n’existe pas.', at: '{time} au centre',
    failed: 'Cette page n’a pas pu être chargée. Rechargez-la.',
  },
});

/** Everything around a page: door, menu, state of the connection, settings. */
export function Shell() {
  const [unreachable, setUnreachable] = useState(false);
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const enter = () =>
      handedToken().then(recognise).then(
        () => setUnreachable(false),
        () => {
          setUnreachable(true);
          timer = setTimeout(enter, 3000);
        },
      );
    void enter();
    return () => clearTimeout(timer);
  }, []);
  if (bearer.value === undefined) return unreachable ? <div class="banner bad" role="alert">{t('never')}</div> : null;
  if (bearer.value === null) return <Door />;
  const page = pages.find((one) => one.path === place.value.path);
  if (page?.word === 'display') return <Shown page={page} />;
  return (
    <div class="shell" onClick={catchLinks}>
      <a class="skip" href="#content">{t('skip')}</a>
      <Menu />
      <div class="body">
        <Top />
        <Banner />
        <main class="main" id="content" tabIndex={-1}>
          {page ? <Shown page={page} /> : <p>{t('missing')}</p>}
        </main>
      </div>
    </div>
  );
}

/** A screen without a keyboard is opened with its token behind the # of the address, which no server sees; it leaves the address at once. */
async function handedToken(): Promise<void> {
  const token = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (!token) return;
  history.replaceState(null, '', location.pathname + location.search);
  await login(decodeURIComponent(token)).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.status === 0) throw error;
  });
}

function Shown(props: { page: Page }) {
  const [shown, setShown] = useState<{ page: Page; view: FunctionComponent } | 'failed' | null>(null);
  const first = useRef(true);
  useEffect(() => {
    let wanted = true;
    props.page.load().then(
      (module) => wanted && setShown({ page: props.page, view: module.default }),
      () => wanted && setShown('failed'),
    );
    document.title = `${t(props.page.word)} · ${centre.value?.about.name || 'Ecocentre'}`;
    return () => {
      wanted = false;
    };
  }, [props.page, language.value, centre.value?.about.name]);
  const ready = shown !== null && shown !== 'failed' && shown.page === props.page;
  useEffect(() => {
    if (!ready) return;
    // A screen reader is taken to the new page; at the first one it begins at the top by itself.
    if (!first.current) document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    first.current = false;
  }, [ready, props.page]);
  if (shown === 'failed') return <p role="alert">{t('failed')}</p>;
  if (!ready) return null;
  const View = shown.view;
  return <View />;
}

function Menu() {
  return (
    <nav class="menu" aria-label={t('menu')}>
      <div class="brand">
        <Mark />
        <span>
          <strong>{centre.value?.about.name || centre.value?.about.id || 'Ecocentre'}</strong>
          <State />
        </span>
      </div>
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <a href={page.path} aria-current={place.value.path === page.path ? 'page' : undefined}>
              <Icon of={page.word} />
              {t(page.word)}
            </a>
          </li>
        ))}
      </ul>
      <div class="menu-foot">
        <Settings />
      </div>
    </nav>
  );
}

function Top() {
  return (
    <div class="top">
      <Mark size={28} />
      <strong>{centre.value?.about.name || 'Ecocentre'}</strong>
      <State />
      <details>
        <summary aria-label={t('settings')}>
          <Icon of="settings" />
        </summary>
        <div class="settings">
          <Settings />
        </div>
      </details>
    </div>
  );
}

function State() {
  return (
    <span class={`state ${link.value}`}>
      <i aria-hidden="true" />
      {t(link.value)}
      {link.value === 'live' && now.value && <span class="figure">{clock(now.value.at)}</span>}
    </span>
  );
}

function Settings() {
  return (
    <>
      <Choice label={t('language')} of={[{ id: 'en', text: 'English' }, { id: 'fr', text: 'Français' }]} chosen={language.value} choose={speak} />
      <Choice<Theme>
        label={t('theme')}
        of={[{ id: 'auto', text: t('auto') }, { id: 'light', text: t('light') }, { id: 'dark', text: t('dark') }]}
        chosen={theme.value}
        choose={dress}
      />
      {bearer.value?.name && (
        <button class="plain small" type="button" onClick={() => void logout().catch(() => undefined)}>
          {t('logout')} ({bearer.value.name})
        </button>
      )}
    </>
  );
}

function Banner() {
  if (link.value === 'stale')
    return (
      <div class="banner bad" role="alert" data-test="stale">
        {heardAt.value ? t('lost', { time: clock(now.value?.at) }) : t('never')}
      </div>
    );
  if (now.value?.clockTrusted === false) return <div class="banner" role="status">{t('clockBad')}</div>;
  return null;
}

function Door() {
  const [trouble, setTrouble] = useState('');
  const [trying, setTrying] = useState(false);
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get('token') as string;
    setTrying(true);
    login(token.trim()).catch((error: unknown) => {
      setTrying(false);
      const refusal = error instanceof Refusal ? error : null;
      setTrouble(
        refusal?.status === 401 ? t('wrong')
          : refusal?.status === 429 ? t('tooMany', { seconds: refusal.retryAfterSeconds ?? 10 })
          : refusal && refusal.status > 0 ? refusal.message : t('never'),
      );
    });
  };
  return (
    <main class="door">
      <form class="card" onSubmit={enter}>
        <div class="brand">
          <Mark size={40} />
          <h1>Ecocentre</h1>
        </div>
        <label>
          {t('token')}
          <input
            class="field" name="token" type="password" autocomplete="current-password" required autofocus spellcheck={false}
            aria-invalid={trouble ? true : undefined} aria-describedby="door-help"
          />
        </label>
        <p id="door-help" class="soft small">{t('tokenHelp')}</p>
        {trouble && <p class="note bad" role="alert">{trouble}</p>}
        <button class="button main" type="submit" disabled={trying}>{t('login')}</button>
        <Choice label={t('language')} of={[{ id: 'en', text: 'English' }, { id: 'fr', text: 'Français' }]} chosen={language.value} choose={speak} />
      </form>
    </main>
  );
}
