using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Core.Tests.Machine;
using static Ecocentre.Edge.Core.Tests.Occupancy.Office;

namespace Ecocentre.Edge.Core.Tests.Occupancy;

/// <summary>Two hours of people at desks under PIRs that flicker and lose them, with dropped events, silences, stuck lines, late readings, clocks that are
/// set and a restart in the middle: what the desks are said to be against what is true.</summary>
public sealed class DeskBoardStormTests
{
    private const int Hours = 2;

    // A PIR loses who sits still for up to three minutes; five must have passed before a desk is free.
    private const double StillMax = 180, Hold = 300, StuckAfter = 1800;

    // A level is confirmed every ten seconds and speaks for 25 s.
    private const double Confirm = 10, Alive = 25;

    private static readonly DeskRules Rules = DeskRules.Default with
    {
        Hold = TimeSpan.FromSeconds(Hold), HeldAfter = TimeSpan.FromSeconds(30), StuckAfter = TimeSpan.FromSeconds(StuckAfter),
    };

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public void Desks_are_what_is_true_within_the_declared_times(int seed, bool clockIsSet)
    {
        var world = new World(seed, desks: 24);
        var office = NewOffice();
        var seen = new HashSet<DeskState>();
        var (sequence, judged, offset, era) = (0L, 0, 0.0, 0);
        for (var at = 0; at < Hours * 3600; at++)
        {
            if (at == 3333)
            {
                // The next run knows what was stored, and nothing of the sensors.
                var last = office.Changes.GroupBy(c => c.Desk).Select(c => c.Last()).ToArray();
                office = NewOffice();
                office.Gateway.RestoreDesks(last, sequence);
                world.Restart(at);
            }
            if (clockIsSet && at % 1700 == 1699)
            {
                var step = world.Random.Next(-900, 900);
                office.Gateway.Reanchor(new ClockStep(T(at + offset), T(at + offset + step), ++era));
                offset += step;
            }
            foreach (var (desk, moment, on) in world.Second(at))
                office.Gateway.Accept([new Reading(new PointId((ushort)desk), T(moment + offset), on ? 1 : 0, Quality.Good)], T(at + offset + 1));
            var changed = office.Changes.Count;
            office.Settle(T(at + 1 + offset));
            foreach (var change in office.Changes.Skip(changed)) Assert.Equal(++sequence, change.Sequence);
            var desks = office.Gateway.TakeSnapshot(T(at + 1 + offset)).Desks;
            for (var desk = 0; desk < world.Desks.Length; desk++)
            {
                var state = desks[desk].State;
                seen.Add(state);
                judged++;
                if (world.Desks[desk].Contradicts(state, at + 1) is { } why)
                    Assert.Fail($"seed {seed}, desk {desk} after {at + 1} s (clock {offset} s off): {state}, but {why}.");
            }
        }
        Assert.Equal(Enum.GetValues<DeskState>().Order(), seen.Order());
        Assert.Equal(Hours * 3600 * 24, judged);
    }

    private static Office NewOffice() => new([.. Enumerable.Range(0, 24).Select(i => Desk(Rules, i))]);

    /// <summary>People, and what their sensors tell of them.</summary>
    private sealed class World
    {
        internal World(int seed, int desks)
        {
            Random = new Random(seed);
            Desks = [.. Enumerable.Range(0, desks).Select(i => new TrueDesk(new Random(seed * 1000 + i), i))];
        }

        internal Random Random { get; }

        internal TrueDesk[] Desks { get; }

        internal void Restart(double at)
        {
            foreach (var desk in Desks) desk.Restart(at);
        }

        /// <summary>Readings that arrive in a second, some of them late and out of order.</summary>
        internal IEnumerable<(int Desk, double At, bool On)> Second(int at)
        {
            var all = Desks.SelectMany((desk, i) => desk.Second(at).Select(r => (i, r.At, r.On))).ToArray();
            Random.Shuffle(all);
            return all;
        }
    }

    private sealed class TrueDesk(Random random, int number)
    {
        // A stretch of true presence or absence, of the PIR's output, of the radio's silence.
        private bool _present, _output, _stuck, _silent, _wasStill;
        private double _presentUntil = 60 + random.Next(900), _outputUntil, _silentUntil = 300 + random.Next(3000), _confirmAt = random.NextDouble() * Confirm;

        // Since when each has been so without a break.
        private double _presentSince, _absentSince, _stuckSince = double.PositiveInfinity, _knownSince;

        // What was delivered: newest reading, newest that saw somebody.
        private double _heardAt = double.NegativeInfinity, _onHeardAt = double.NegativeInfinity, _brokenAt;
        private bool _onHeard;

        // The last desks get stuck at some time.
        private readonly double _stuckAt = number >= 20 ? 600 + random.Next(600) : double.PositiveInfinity;

        internal void Restart(double at)
        {
            (_brokenAt, _knownSince) = (at, double.PositiveInfinity);
            _heardAt = _onHeardAt = double.NegativeInfinity;
            _onHeard = false;
        }

        internal IEnumerable<(double At, bool On)> Second(int second)
        {
            // Ten looks a second: a debounced line can change as fast.
            for (var i = 0; i < 10; i++)
            {
                var at = second + i / 10.0;
                var before = _output;
                Live(at);
                if (_silent) continue;
                var isEdge = _output != before;
                // A fifth of the edges gets lost on the way; the next confirmation tells the level.
                if (isEdge && random.Next(5) == 0) isEdge = false;
                if (at >= _confirmAt) _confirmAt += Confirm;
                else if (!isEdge) continue;
                Hear(at, _output);
                yield return (at, _output);
            }
        }

        /// <summary>Why a state cannot be, or null.</summary>
        internal string? Contradicts(DeskState state, double now)
        {
            var isAlive = now - _heardAt < Alive - 1;
            var isSilent = now - _heardAt >= Alive;
            if (isSilent) return state == DeskState.Unknown ? null : $"its sensor has been silent since {_heardAt}";
            if (_onHeard && now - Math.Max(_stuckSince, _brokenAt) > StuckAfter + Alive) return state == DeskState.Fault ? null : $"its line has been stuck since {_stuckSince}";
            var isStuck = now >= _stuckSince;
            if (state == DeskState.Fault) return isStuck && now - _stuckSince >= StuckAfter - StillMax ? null : "its line is not stuck";
            if (isStuck) return state == DeskState.Free && now - _stuckSince > Confirm ? "its line is stuck" : null;
            var isTaken = state is DeskState.Occupied or DeskState.Held;
            if (isTaken && _absentSince <= now - Hold - Alive - 1) return $"nobody has been there since {_absentSince}";
            if (state == DeskState.Free && _present && _presentSince <= now - Hold) return $"somebody has been there since {_presentSince}";
            if (state == DeskState.Free && now - _knownSince < Hold - 1) return $"its sensor has been heard only since {_knownSince}";
            if (state == DeskState.Free && now - _onHeardAt < Hold - 1) return $"somebody was seen at {_onHeardAt}";
            if (isAlive && _onHeard && !isTaken) return "its sensor sees somebody";
            if (isAlive && !_present && now - Math.Max(_absentSince, _knownSince) > Hold + Confirm + 1 && state != DeskState.Free)
                return $"nobody has been there since {_absentSince}, and its sensor heard since {_knownSince}";
            return null;
        }

        private void Hear(double at, bool on)
        {
            if (at - _heardAt >= Alive || _heardAt < _brokenAt) _knownSince = at;
            (_heardAt, _onHeard) = (at, on);
            if (on) _onHeardAt = at;
        }

        private void Live(double at)
        {
            if (at >= _presentUntil)
            {
                _present = !_present;
                _presentUntil = at + (_present ? 200 : 100) + random.Next(1500);
                if (_present) (_presentSince, _absentSince) = (at, double.PositiveInfinity);
                else (_presentSince, _absentSince) = (double.PositiveInfinity, at);
                _outputUntil = at;
            }
            if (at >= _silentUntil)
            {
                _silent = !_silent;
                _silentUntil = at + (_silent ? 20 + random.Next(200) : 600 + random.Next(3000));
            }
            if (at >= _stuckAt && !_stuck)
            {
                (_stuck, _stuckSince) = (true, at);
                // One that is stuck stays heard.
                (_silent, _silentUntil, _output) = (false, double.PositiveInfinity, true);
            }
            if (_stuck || at < _outputUntil) return;
            // Bursts of quick pulses when somebody moves, then longer ones, then nothing while he sits still.
            _output = _present && !_output;
            var kind = _wasStill ? 3 : random.Next(4);
            _wasStill = _present && !_output && kind > 1;
            _outputUntil = at + (!_present ? double.PositiveInfinity : kind switch
            {
                0 => 0.1 + random.NextDouble(),
                1 => 2 + random.Next(10),
                // Who moves again after sitting still is seen for longer than a confirmation takes.
                _ => _output ? 12 + random.Next(20) : random.Next((int)StillMax),
            });
        }
    }
}
