namespace Ecocentre.Edge.Occupancy;

/// <summary>Takes what the sensors of a desk say together, by the desk's rule.</summary>
internal static class Fusion
{
    // Half: somebody was there, and nobody knows yet whether he comes back.
    private const double HeldConfidence = 0.5;

    /// <summary>The desk's state.</summary>
    /// <param name="wasTaken">Whether it was occupied or held before.</param>
    internal static DeskState Of(DeskRule rule, ReadOnlySpan<SensorOpinion> opinions, bool wasTaken)
    {
        var votes = new Votes(opinions);
        return rule switch
        {
            DeskRule.All => All(votes),
            DeskRule.Majority => Majority(votes),
            DeskRule.Primary => Primary(votes, opinions, wasTaken),
            _ => Any(votes),
        };
    }

    /// <summary>0 to 1: the share of the desk's sensors that agree with its state, halved while it is held. Changes only with what a sensor says, never
    /// with time alone, so that an unchanged desk stays unchanged byte for byte.</summary>
    internal static double Confidence(DeskState state, ReadOnlySpan<SensorOpinion> opinions)
    {
        if (state is DeskState.Unknown or DeskState.Fault) return 0;
        var agreeing = 0;
        foreach (var opinion in opinions)
            if (state == DeskState.Free ? opinion.State == DeskState.Free : opinion.SeesSomebody) agreeing++;
        return (state == DeskState.Held ? HeldConfidence : 1) * agreeing / opinions.Length;
    }

    private static DeskState Any(in Votes votes)
    {
        if (votes.Taken > 0) return votes.TakenState;
        return votes.Free == votes.All ? votes.FreeState : votes.Silent;
    }

    private static DeskState All(in Votes votes)
    {
        if (votes.All > 0 && votes.Taken == votes.All) return votes.TakenState;
        return votes.Taken + votes.Free == votes.All ? votes.FreeState : votes.Silent;
    }

    private static DeskState Majority(in Votes votes)
    {
        if (votes.Taken > 0 && 2 * votes.Taken >= votes.All) return votes.TakenState;
        return 2 * votes.Free > votes.All ? votes.FreeState : votes.Silent;
    }

    private static DeskState Primary(in Votes votes, ReadOnlySpan<SensorOpinion> opinions, bool wasTaken)
    {
        if (opinions.Length == 0) return DeskState.Unknown;
        if (votes.Taken > 0 && (wasTaken || opinions[0].SeesSomebody)) return votes.TakenState;
        return votes.Taken + votes.Free == votes.All ? votes.FreeState : votes.Silent;
    }

    private readonly ref struct Votes
    {
        private readonly bool _anyOccupied, _anyFault;

        internal readonly int All, Taken, Free;

        internal Votes(ReadOnlySpan<SensorOpinion> opinions)
        {
            All = opinions.Length;
            foreach (var opinion in opinions)
            {
                if (opinion.SeesSomebody) Taken++;
                else if (opinion.State == DeskState.Free) Free++;
                _anyOccupied |= opinion.State == DeskState.Occupied;
                _anyFault |= opinion.State == DeskState.Fault;
            }
        }

        internal DeskState TakenState => _anyOccupied ? DeskState.Occupied : DeskState.Held;

        /// <summary>Free, but for a desk without sensors.</summary>
        internal DeskState FreeState => All > 0 ? DeskState.Free : DeskState.Unknown;

        internal DeskState Silent => _anyFault ? DeskState.Fault : DeskState.Unknown;
    }
}
