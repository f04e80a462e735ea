namespace Ecocentre.Edge.Occupancy;

/// <summary>How the sensors of a desk are taken together. A sensor <em>sees somebody</em> while it is on and for its hold time after. Whatever the rule,
/// a desk is free only when the sensors that decide it are alive and say so.</summary>
public enum DeskRule : byte
{
    /// <summary>Somebody is there when any sensor sees somebody; free needs all of them. For sensors that miss people (PIR).</summary>
    Any,

    /// <summary>Somebody is there only while all sensors see somebody; one that sees nobody frees the desk, as long as all are alive. For sensors that
    /// see too much (a seat contact under a bag, radar through a partition).</summary>
    All,

    /// <summary>What more than half of all declared sensors say; a tie counts as taken. One dead sensor of three does not cost the desk.</summary>
    Majority,

    /// <summary>The first sensor alone tells that somebody comes; the others only keep the desk taken while they still see somebody. Free needs all alive
    /// and the first to see nobody. For a PIR that decides beside a radar that sees people who sit still, and their neighbours.</summary>
    Primary,
}
