import { useEffect, useState } from 'preact/hooks';
import { ask, bearer, reach, Refusal } from '../api';
import { number, percent } from '../figures';
import { words } from '../words';
import { Card } from './basics';

const t = words({
  en: {
    title: 'Evidence',
    about: 'A zip with the verdicts of these days, every window behind them, their proofs and how to check it all without trusting the gateway.',
    days: '{from} to {to}',
    begin: 'Make the evidence pack',
    running: 'Being made: {share}',
    done: 'Ready: {size} MB',
    download: 'Download',
    auditors: 'With an auditor’s token it can be downloaded here.',
    none: 'This gateway makes no packs.',
    progress: 'Progress of the evidence pack',
    early: 'The first day of this period has not ended yet.',
  },
  fr: {
    title: 'Preuves',
    about: 'Un zip avec les verdicts de ces jours, chaque fenêtre derrière eux, leurs preuves et comment tout vérifier sans se fier à la passerelle.',
    days: '{from} au {to}',
    begin: 'Préparer le dossier de preuves',
    running: 'En préparation : {share}',
    done: 'Prêt : {size} Mo',
    download: 'Télécharger',
    auditors: 'Un jeton d’auditeur permet de le télécharger ici.',
    none: 'Cette passerelle ne prépare pas de dossier.',
    progress: 'Avancement du dossier de preuves',
    early: 'Le premier jour de cette période n’est pas terminé.',
  },
});

/** How far a pack is, of /api/v1/evidence/exports/{id}. */
interface PackProgress {
  id: string;
  from: string;
  to: string;
  state: 'running' | 'done' | 'refused' | 'failed';
  progress: number;
  text: string;
  bytes: number | null;
  file: string | null;
}

// A pack takes from seconds to a minute.
const POLL = 1_000;

/** Has the evidence of local days packed, tells how far it is, and hands it over. Null `to`: no day of it has ended. */
export function ExportCard(props: { from: string; to: string | null }) {
  const { from, to } = props;
  const [pack, setPack] = useState<PackProgress | null>(null);
  const [trouble, setTrouble] = useState('');
  useEffect(() => {
    setPack(null);
    setTrouble('');
  }, [from, to]);
  useEffect(() => {
    if (pack?.state !== 'running') return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask<PackProgress>(`evidence/exports/${pack.id}`, stop.signal).then(setPack, (error: unknown) => {
        if (stop.signal.aborted) return;
        // A gateway that is away for a moment goes on with it.
        if (error instanceof Refusal && error.status === 0) setPack({ ...pack });
        else setTrouble(String((error as Error).message));
      });
    }, POLL);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [pack]);
  const begin = () => {
    setTrouble('');
    reach(`evidence/exports?from=${from}&to=${to}`, { method: 'POST' })
      .then((answer) => answer.json() as Promise<PackProgress>)
      .then(setPack, (error: unknown) => {
        const status = error instanceof Refusal ? error.status : 0;
        setTrouble(status === 404 || status === 405 ? t('none') : String((error as Error).message));
      });
  };
  const may = bearer.value?.role === 'auditor' || bearer.value?.role === 'admin';
  const failed = pack?.state === 'refused' || pack?.state === 'failed';
  return (
    <Card title={t('title')} more={to && <span class="soft small figure">{t('days', { from, to })}</span>}>
      <div class="export">
        <p class="soft">{t('about')}</p>
        {!may ? (
          <p class="small">{t('auditors')}</p>
        ) : to === null ? (
          <p class="small">{t('early')}</p>
        ) : (
          <div class="export-line">
            {pack?.state === 'done' && pack.file ? (
              <a class="button main" href={pack.file} download data-test="pack">
                {t('download')}
              </a>
            ) : (
              <button class="button" type="button" disabled={pack?.state === 'running'} onClick={begin}>
                {t('begin')}
              </button>
            )}
            {pack?.state === 'running' && <progress value={pack.progress} max="1" aria-label={t('progress')} />}
            <span class="figure small" role="status">
              {pack?.state === 'running'
                ? t('running', { share: percent(pack.progress) })
                : pack?.state === 'done'
                  ? t('done', { size: number((pack.bytes ?? 0) / 1e6, 1) })
                  : ''}
            </span>
          </div>
        )}
        {(trouble || failed) && (
          <p class="note watch small" role="alert">
            {trouble || pack?.text}
          </p>
        )}
      </div>
    </Card>
  );
}
