using System.Collections.Frozen;
using Ecocentre.Edge.Criteria.Kinds;

namespace Ecocentre.Edge.Criteria;

/// <summary>All ways of judging, by the name profiles use.</summary>
public static class CriterionKinds
{
    public static FrozenDictionary<string, CriterionKind> ByName { get; } = new CriterionKind[]
    {
        new ShareWithin(), new TemperatureCategory(), new Icone(), new EventsAbove(), new DegreeHours(), new DailyMeans(), new HeatingLimits(),
        new CoolingAbove(), new EnergyAgainstReference(), new ModulatedIntensity(), new BaselineQuality(), new OutOfHoursShare(), new NightLoad(),
        new OperationalCarbon(), new SelfConsumption(), new EnergyPerDeskHour(), new PerPersonDay(), new LeakNights(), new EnteredPerPerson(),
        new EvidenceCoverage(), new TraceableInstruments(), new DeclaredStage(), new UseOfSpace(), new AvoidedCommuting(),
    }.ToFrozenDictionary(kind => kind.Name, StringComparer.Ordinal);
}
