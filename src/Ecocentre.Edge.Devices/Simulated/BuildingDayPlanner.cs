namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Plans a day of the simulated centre: members come, take a desk, meet, eat, have breaks and leave. A pure function of seed and date;
/// no state, any thread.</summary>
/// <remarks>The numbers are chosen to look like such a centre; none is measured.</remarks>
internal sealed class BuildingDayPlanner(int seed, BuildingCalendar calendar)
{
    private const int MembersMax = 74;

    // Streams of dice; members have 1,000 and up.
    private const int LuckStream = 20, MeetingStream = 21, CleaningStream = 22, FavouriteStream = 23, MemberStream = 1000;

    // Somewhere that has no room of its own: outside, or on the stairs.
    private const int Away = -1;

    private const double Minute = 1.0 / 60;

    public BuildingDay Plan(DateOnly date)
    {
        var (begin, end) = (calendar.Begin(date), calendar.Begin(date.AddDays(1)));
        // Clocks change at night: the hours of the day are counted from noon.
        var noon = new DateTimeOffset(date.ToDateTime(new TimeOnly(12, 0)), calendar.Zone.GetUtcOffset(date.ToDateTime(new TimeOnly(12, 0))))
            .ToUnixTimeMilliseconds();
        long At(double hour) => noon + (long)((hour - 12) * 3_600_000);
        var present = Arrivals(date);
        var stays = new List<(int Room, long From, long To)>();
        var water = new List<BuildingDay.Draught>();
        Meet(date, present, (room, from, to) => stays.Add((room, At(from), At(to))));
        foreach (var member in present) Break(member, (litres, hour, seconds) => Draw(litres, hour, seconds));
        if (BuildingCalendar.IsWorkday(date))
        {
            var dice = new BuildingDice(seed, CleaningStream, date.DayNumber);
            for (var bucket = 0; bucket < 3; bucket++) Draw(9, 19.1 + 0.2 * bucket + 0.1 * dice.Share(), 70);
        }
        var desks = new List<(long, long)>[BuildingPlan.Desks.Length];
        for (var desk = 0; desk < desks.Length; desk++) desks[desk] = [];
        foreach (var member in present)
        {
            var since = member.Arrives;
            foreach (var (room, from, to) in member.Busy.OrderBy(b => b.From))
            {
                Sit(member.Desk, since, from);
                if (room != Away) stays.Add((room, At(from), At(to)));
                since = to;
            }
            Sit(member.Desk, since, member.Leaves);
        }
        return new BuildingDay(begin, end, [.. desks.Select(stays => stays.Order().ToArray())], stays, water);

        void Draw(double litres, double hour, int seconds) => water.Add(new BuildingDay.Draught(At(hour), seconds * 1000, (int)(litres * 1000)));

        void Sit(int desk, double from, double to)
        {
            if (to <= from) return;
            desks[desk].Add((At(from), At(to)));
            stays.Add((BuildingPlan.RoomOfDesk[desk], At(from), At(to)));
        }
    }

    private sealed class Member(int number, double arrives, double leaves)
    {
        public int Number => number;

        public double Arrives => arrives;

        public double Leaves => leaves;

        public int Desk { get; set; }

        public required BuildingDice Dice { get; set; }

        /// <summary>When they are not at their desk, by local hours.</summary>
        public List<(int Room, double From, double To)> Busy { get; } = [];

        public bool IsAtDesk(double from, double to) =>
            from > arrives && to < leaves && Busy.TrueForAll(b => to <= b.From || from >= b.To);
    }

    /// <summary>Who comes, in order of arrival, each with a desk that nobody else has meanwhile.</summary>
    private List<Member> Arrivals(DateOnly date)
    {
        var luck = new BuildingDice(seed, LuckStream, date.DayNumber).Between(0.86, 1.08);
        var attendance = BuildingCalendar.Attendance(date) * luck;
        var members = new List<Member>();
        for (var number = 0; number < MembersMax; number++)
        {
            var dice = new BuildingDice(seed, MemberStream + number, date.DayNumber);
            var habit = BuildingTruthNoise.Uniform(seed, MemberStream + number, -1);
            if (!dice.Happens(attendance)) continue;
            var arrives = 7.6 + 2.0 * habit + dice.Around(0, 0.6);
            var leaves = arrives + dice.Around(8.9, 1.1);
            switch (dice.Below(16))
            {
                case 0:
                    leaves = dice.Around(12.4, 0.3);
                    break;
                case 1:
                    (arrives, leaves) = (dice.Around(13.7, 0.3), dice.Around(18, 0.7));
                    break;
            }
            members.Add(new Member(number, arrives, Math.Min(leaves, 19.8)) { Dice = dice });
        }
        members.Sort((a, b) => a.Arrives != b.Arrives ? a.Arrives.CompareTo(b.Arrives) : a.Number.CompareTo(b.Number));
        var takenUntil = new double[BuildingPlan.Desks.Length];
        var seated = new List<Member>();
        foreach (var member in members)
        {
            // Whoever finds no desk goes home again.
            var favourite = (int)(BuildingTruthNoise.Uniform(seed, FavouriteStream, member.Number) * takenUntil.Length);
            for (var i = 0; i < takenUntil.Length; i++)
            {
                var desk = (favourite + i) % takenUntil.Length;
                // A few minutes to pack up: two people are never at one desk.
                if (takenUntil[desk] + 3 * Minute > member.Arrives) continue;
                (member.Desk, takenUntil[desk]) = (desk, member.Leaves);
                seated.Add(member);
                break;
            }
        }
        return seated;
    }

    /// <summary>Bookings of the two meeting rooms: half an hour to two, by those who are there then, and some guests.</summary>
    private void Meet(DateOnly date, List<Member> present, Action<int, double, double> guest)
    {
        foreach (var room in new[] { BuildingPlan.MeetingRoom, BuildingPlan.VideoRoom })
        {
            var dice = new BuildingDice(seed, MeetingStream + room, date.DayNumber);
            var seatsMax = BuildingPlan.Rooms[room].Place.PeopleMax!.Value;
            for (var hour = 9.0; hour < 17.6;)
            {
                var length = dice.Below(4) switch { 0 => 0.5, 1 or 2 => 1.0, _ => 2.0 };
                var booked = dice.Happens(hour is >= 12 and < 14 ? 0.2 : 0.62);
                if (!booked)
                {
                    hour += 0.5;
                    continue;
                }
                // They come up to three minutes late and leave some minutes before the next.
                var wanted = room == BuildingPlan.VideoRoom ? 1 + dice.Below(5) : 3 + dice.Below(9);
                var (from, to) = (hour + dice.Between(0, 3) * Minute, hour + length - dice.Between(4, 9) * Minute);
                var came = 0;
                var first = dice.Below(Math.Max(1, present.Count));
                for (var i = 0; i < present.Count && came < Math.Min(wanted, seatsMax); i++)
                {
                    var member = present[(first + i) % present.Count];
                    if (!member.IsAtDesk(from, to)) continue;
                    member.Busy.Add((room, from, to));
                    came++;
                }
                if (came > 0 && room == BuildingPlan.MeetingRoom)
                    for (var guests = dice.Below(4); guests > 0 && came < seatsMax; guests--, came++) guest(room, from, to);
                hour += length;
            }
        }
    }

    /// <summary>Lunch, coffee and the rest, each with its water.</summary>
    private static void Break(Member member, Action<double, double, int> draw)
    {
        var dice = member.Dice;
        if (member.Arrives < 11.5 && member.Leaves > 14)
        {
            // Whoever meets until one eats later.
            var from = dice.Between(11.9, 13.2);
            var to = from + dice.Between(35, 70) * Minute;
            for (var tries = 0; tries < 6 && !member.IsAtDesk(from, to); tries++) (from, to) = (from + 0.25, to + 0.25);
            if (member.IsAtDesk(from, to))
            {
                var inKitchen = dice.Happens(0.55);
                member.Busy.Add((inKitchen ? BuildingPlan.Kitchen : Away, from, to));
                if (inKitchen) draw(2.5, to - 4 * Minute, 60);
            }
        }
        for (var hour = member.Arrives + dice.Between(0.3, 1.5); hour < member.Leaves - 0.4; hour += dice.Between(0.9, 2.2))
        {
            var coffee = dice.Happens(0.5);
            var to = hour + (coffee ? dice.Between(4, 14) : dice.Between(2.5, 6)) * Minute;
            if (!member.IsAtDesk(hour, to)) continue;
            member.Busy.Add((coffee ? BuildingPlan.Kitchen : Away, hour, to));
            if (coffee)
            {
                draw(0.4, hour + Minute, 12);
                continue;
            }
            // A flush of six litres, then hands.
            draw(6, to - 1.2 * Minute, 45);
            draw(1.1, to - 0.6 * Minute, 16);
        }
    }
}
