using System.Globalization;

namespace Ecocentre.Edge.Criteria;

/// <summary>The lengths of time a verdict speaks of. The names are published in small letters.</summary>
public enum PeriodKind : byte
{
    Day,

    /// <summary>Monday to Sunday (ISO 8601).</summary>
    Week,
    Month,
    Year,

    /// <summary>The twelve months that end with a day.</summary>
    Rolling,
}

/// <summary>Whole local days, first and last included.</summary>
public readonly record struct Period(PeriodKind Kind, DateOnly First, DateOnly Last)
{
    public int DayCount => Last.DayNumber - First.DayNumber + 1;

    /// <summary>As in <c>2026-11-21</c>, <c>2026-W47</c>, <c>2026-11</c>, <c>2026</c>, <c>12m-2026-11-21</c>.</summary>
    public string Name => Kind switch
    {
        PeriodKind.Day => Text(First),
        PeriodKind.Week => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(At(First)):0000}-W{ISOWeek.GetWeekOfYear(At(First)):00}"),
        PeriodKind.Month => First.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        PeriodKind.Year => First.ToString("yyyy", CultureInfo.InvariantCulture),
        _ => "12m-" + Text(Last),
    };

    public bool Contains(DateOnly date) => date >= First && date <= Last;

    /// <summary>The period of that kind which contains a day; for <see cref="PeriodKind.Rolling"/> the one that ends with it.</summary>
    public static Period Containing(PeriodKind kind, DateOnly date)
    {
        // ISO weeks begin on Monday; DayOfWeek counts from Sunday.
        var monday = date.AddDays(-(((int)date.DayOfWeek + 6) % 7));
        var month = new DateOnly(date.Year, date.Month, 1);
        return kind switch
        {
            PeriodKind.Day => new Period(kind, date, date),
            PeriodKind.Week => new Period(kind, monday, monday.AddDays(6)),
            PeriodKind.Month => new Period(kind, month, month.AddMonths(1).AddDays(-1)),
            PeriodKind.Year => new Period(kind, new DateOnly(date.Year, 1, 1), new DateOnly(date.Year, 12, 31)),
            _ => new Period(kind, date.AddYears(-1).AddDays(1), date),
        };
    }

    /// <summary>Reads a <see cref="Name"/>.</summary>
    public static bool TryParse(string text, out Period period)
    {
        period = default;
        if (text.StartsWith("12m-", StringComparison.Ordinal)) return Day(text[4..], PeriodKind.Rolling, out period);
        if (text.Length == 8 && text[4..6] == "-W" && int.TryParse(text[..4], CultureInfo.InvariantCulture, out var year)
            && int.TryParse(text[6..], CultureInfo.InvariantCulture, out var week) && year is > 0 and < 9999
            && week >= 1 && week <= ISOWeek.GetWeeksInYear(year))
        {
            period = Containing(PeriodKind.Week, DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday)));
            return true;
        }
        return text.Length switch
        {
            4 => Day(text + "-01-01", PeriodKind.Year, out period),
            7 => Day(text + "-01", PeriodKind.Month, out period),
            _ => Day(text, PeriodKind.Day, out period),
        };
    }

    public override string ToString() => Name;

    private static bool Day(string text, PeriodKind kind, out Period period)
    {
        var ok = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        period = ok ? Containing(kind, date) : default;
        return ok;
    }

    private static DateTime At(DateOnly date) => date.ToDateTime(TimeOnly.MinValue);

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
