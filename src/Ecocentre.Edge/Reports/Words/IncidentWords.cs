using System.Collections.Frozen;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>What weakened evidence, in a few words of every language.</summary>
internal static class IncidentWords
{
    internal static readonly FrozenDictionary<IncidentKind, Phrase> All = new Dictionary<IncidentKind, Phrase>
    {
        [IncidentKind.Glitch] = new("counter glitch", "saut de compteur"),
        [IncidentKind.Rollover] = new("counter began again at zero", "compteur revenu à zéro"),
        [IncidentKind.Reset] = new("counter was reset", "compteur remis à zéro"),
        [IncidentKind.Swap] = new("device was exchanged", "appareil remplacé"),
        [IncidentKind.RateImplausible] = new("grew too fast to be true", "croissance invraisemblable"),
        [IncidentKind.OutOfBounds] = new("value out of bounds", "valeur hors bornes"),
        [IncidentKind.TooLate] = new("reading came too late", "relevé arrivé trop tard"),
        [IncidentKind.FromFuture] = new("reading from the future", "relevé daté du futur"),
        [IncidentKind.Crowded] = new("readings came too fast", "relevés trop rapprochés"),
        [IncidentKind.Gap] = new("gap", "lacune"),
        [IncidentKind.ClockStep] = new("clock was set", "horloge recalée"),
        [IncidentKind.ClockSynchronised] = new("clock became true", "horloge synchronisée"),
        [IncidentKind.DeviceLost] = new("device lost", "appareil perdu"),
        [IncidentKind.DeviceBack] = new("device back", "appareil revenu"),
        [IncidentKind.RequestRefused] = new("device refused a request", "requête refusée par l’appareil"),
        [IncidentKind.EdgesLost] = new("changes of a line lost", "changements d’une ligne perdus"),
        [IncidentKind.DeviceUnwell] = new("device unwell", "appareil en défaut"),
        [IncidentKind.DeviceWell] = new("device well again", "appareil rétabli"),
        [IncidentKind.InstrumentDiffers] = new("another instrument than declared", "instrument différent de celui déclaré"),
        [IncidentKind.BusRestarted] = new("bus was connected anew", "bus reconnecté"),
        [IncidentKind.SensorStuck] = new("sensor stuck", "capteur bloqué"),
        [IncidentKind.SensorFreed] = new("sensor free again", "capteur débloqué"),
        [IncidentKind.LogUnavailable] = new("log could not be written", "journal indisponible"),
        [IncidentKind.LogBack] = new("log can be written again", "journal rétabli"),
        [IncidentKind.EntriesDropped] = new("entries dropped", "entrées abandonnées"),
        [IncidentKind.EntryRejected] = new("entry rejected by a receiver", "entrée refusée par un destinataire"),
        [IncidentKind.LogSalvaged] = new("log salvaged", "journal récupéré"),
        [IncidentKind.ArchiveUnavailable] = new("archive could not be written", "archive indisponible"),
        [IncidentKind.ArchiveBack] = new("archive can be written again", "archive rétablie"),
        [IncidentKind.KeyLost] = new("signing key lost", "clé de signature perdue"),
        [IncidentKind.SigningRefused] = new("signing refused", "signature refusée"),
        [IncidentKind.SigningBack] = new("signing goes on", "signature rétablie"),
        [IncidentKind.Restored] = new("restored from a backup", "restauré d’une sauvegarde"),
        [IncidentKind.Started] = new("gateway started", "passerelle démarrée"),
        [IncidentKind.Stopped] = new("gateway stopped", "passerelle arrêtée"),
        [IncidentKind.ConfigurationChanged] = new("configuration changed", "configuration modifiée"),
        [IncidentKind.ConfigurationRefused] = new("changed configuration was refused", "configuration modifiée refusée"),
        [IncidentKind.Suppressed] = new("more incidents than can be told", "plus d’incidents qu’il n’en peut être dit"),
    }.ToFrozenDictionary();

    /// <summary>The kind in words; its own name where this table does not know it.</summary>
    internal static string Of(IncidentKind kind, Tongue tongue) => All.TryGetValue(kind, out var phrase) ? tongue.Say(phrase)
        : kind.ToString();
}
