import { words } from '../words';

/** What each kind of incident is called, and whether it is trouble or its end. The kinds are those of the API. */
const t = words({
  en: {
    'glitch': 'Counter jumped and came back', 'rollover': 'Counter began again at zero', 'reset': 'Counter was reset', 'swap': 'Meter was exchanged',
    'rate-implausible': 'Counter grew impossibly fast', 'out-of-bounds': 'Value out of bounds', 'too-late': 'Reading came too late', 'from-future': 'Reading from the future',
    'crowded': 'Too many readings', 'gap': 'Gap in the record', 'clock-step': 'Clock was set', 'clock-synchronised': 'Clock is right',
    'device-lost': 'Device lost', 'device-back': 'Device back', 'request-refused': 'Device refused a question', 'edges-lost': 'Signals lost',
    'device-unwell': 'Device complains', 'device-well': 'Device is well again', 'instrument-differs': 'Another instrument than declared', 'bus-restarted': 'Bus restarted',
    'sensor-stuck': 'Presence sensor stuck', 'sensor-freed': 'Presence sensor works again', 'log-unavailable': 'Log cannot be written', 'log-back': 'Log can be written again',
    'archive-unavailable': 'Archive cannot be written', 'archive-back': 'Archive can be written again', 'key-lost': 'Signing key lost',
    'signing-refused': 'Evidence cannot be signed', 'signing-back': 'Evidence is signed again',
    'entries-dropped': 'Entries given up', 'entry-rejected': 'Entry rejected', 'log-salvaged': 'Damaged log salvaged', 'started': 'Gateway started', 'stopped': 'Gateway stopped',
    'configuration-changed': 'Configuration changed', 'configuration-refused': 'Changed configuration refused', 'restored': 'Restored from a backup', 'suppressed': 'More incidents than could be noted', 'other': 'Incident',
  },
  fr: {
    'glitch': 'Compteur : saut passager', 'rollover': 'Compteur revenu à zéro', 'reset': 'Compteur remis à zéro', 'swap': 'Compteur remplacé',
    'rate-implausible': 'Compteur : hausse impossible', 'out-of-bounds': 'Valeur hors limites', 'too-late': 'Mesure trop tardive', 'from-future': 'Mesure du futur',
    'crowded': 'Trop de mesures', 'gap': 'Trou dans l’historique', 'clock-step': 'Horloge réglée', 'clock-synchronised': 'Horloge à l’heure',
    'device-lost': 'Appareil perdu', 'device-back': 'Appareil de retour', 'request-refused': 'Question refusée par l’appareil', 'edges-lost': 'Signaux perdus',
    'device-unwell': 'Appareil en difficulté', 'device-well': 'Appareil rétabli', 'instrument-differs': 'Instrument autre que déclaré', 'bus-restarted': 'Bus redémarré',
    'sensor-stuck': 'Détecteur bloqué', 'sensor-freed': 'Détecteur rétabli', 'log-unavailable': 'Journal non inscriptible', 'log-back': 'Journal de nouveau inscriptible',
    'archive-unavailable': 'Archive non inscriptible', 'archive-back': 'Archive de nouveau inscriptible', 'key-lost': 'Clé de signature perdue',
    'signing-refused': 'Signature des preuves refusée', 'signing-back': 'Preuves de nouveau signées',
    'entries-dropped': 'Entrées abandonnées', 'entry-rejected': 'Entrée refusée', 'log-salvaged': 'Journal endommagé récupéré', 'started': 'Passerelle démarrée', 'stopped': 'Passerelle arrêtée',
    'configuration-changed': 'Configuration modifiée', 'configuration-refused': 'Configuration modifiée refusée', 'restored': 'Restaurée d’une sauvegarde', 'suppressed': 'Trop d’incidents pour les noter tous', 'other': 'Incident',
  },
});

const ENDS = new Set(['device-back', 'device-well', 'sensor-freed', 'log-back', 'archive-back', 'signing-back', 'clock-synchronised']);
const NEUTRAL = new Set(['started', 'stopped', 'configuration-changed', 'swap', 'rollover', 'restored']);

export function incidentWord(kind: string): string {
  // A newer gateway may know more kinds than this page.
  return (t as (key: string) => string | undefined)(kind) ?? `${t('other')} (${kind})`;
}

export function incidentTone(kind: string): 'good' | 'watch' | '' {
  return ENDS.has(kind) ? 'good' : NEUTRAL.has(kind) ? '' : 'watch';
}
