using System.Globalization;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>Speaks one language: phrases, numbers and dates as its readers write them, instants in the centre's zone. The program runs
/// without the
/// cultures of the operating system, so that every box writes the same report.</summary>
internal sealed class Tongue(Language language, TimeZoneInfo zone)
{
    /// <summary>Stands for what is not known.</summary>
    internal const string Unknown = "–";

    // Narrow and unbreakable, between thousands (ISO 80000-1, 7.3.1) and before the sign for a hundredth.
    private const string Thin = "\u202F";

    private static readonly Phrase[] Months =
    [
        new("January", "janvier"), new("February", "février"), new("March", "mars"), new("April", "avril"), new("May", "mai"),
            new("June", "juin"),
        new("July", "juillet"), new("August", "août"), new("September", "septembre"), new("October", "octobre"),
            new("November", "novembre"),
        new("December", "décembre"),
    ];

    private static readonly Phrase[] ShortMonths =
    [
        new("Jan", "janv."), new("Feb", "févr."), new("Mar", "mars"), new("Apr", "avr."), new("May", "mai"), new("Jun", "juin"),
        new("Jul", "juil."), new("Aug", "août"), new("Sep", "sept."), new("Oct", "oct."), new("Nov", "nov."), new("Dec", "déc."),
    ];

    // Monday first, as weeks of ISO 8601 begin.
    private static readonly Phrase[] Weekdays =
    [
        new("Mon", "lun."), new("Tue", "mar."), new("Wed", "mer."), new("Thu", "jeu."), new("Fri", "ven."), new("Sat", "sam."),
            new("Sun", "dim."),
    ];

    private readonly NumberFormatInfo _numbers = new()
    {
        NumberDecimalSeparator = language == Language.French ? "," : ".", NumberGroupSeparator = Thin, NegativeSign = "−",
    };

    internal Language Language => language;

    internal TimeZoneInfo Zone => zone;

    /// <summary>As in the attribute <c>lang</c>.</summary>
    internal string Code => language == Language.French ? "fr" : "en";

    internal string Say(Phrase phrase) => phrase.In(language);

    internal string Say(Phrase phrase, params ReadOnlySpan<object?> holes) => phrase.In(language, holes);

    /// <summary>A number with as many digits as a reader can use: three or four that count.</summary>
    internal string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => Number(value, 0),
        >= 10 => Number(value, 1),
        >= 1 => Number(value, 2),
        _ => Number(value, 3),
    };

    /// <summary>A number with at most so many decimals.</summary>
    internal string Number(double value, int decimals) =>
        double.IsNaN(value) ? Unknown : value.ToString("#,0." + new string('#', decimals), _numbers);

    /// <summary>A number with its unit; without one for pure numbers.</summary>
    internal string Amount(double value, string unit) =>
        double.IsNaN(value) ? Unknown : unit is "1" or "" ? Number(value)
        // The number of a year is no amount of years.
        : unit == "a" ? value.ToString("0", CultureInfo.InvariantCulture) : $"{Number(value)}{Thin}{UnitOf(unit)}";

    /// <summary>A share, 0 to 1, in hundredths.</summary>
    internal string Share(double share, int decimals = 1) => double.IsNaN(share) ? Unknown : $"{Number(100 * share, decimals)}{Thin}%";

    /// <summary>Coverage in hundredths: only what is whole is called so, and only nothing nothing.</summary>
    internal string Coverage(double share)
    {
        // Half of the last digit that is written.
        const double Rounding = 0.0005;
        return share is > 1 - Rounding and < 1 ? $">{Thin}{Share(0.999)}" : share is > 0 and < Rounding ? $"<{Thin}{Share(0.001)}"
            : Share(share);
    }

    internal string UnitOf(string unit) => UnitWords.Of(unit, language);

    /// <summary>As in <c>20 November 2026</c>.</summary>
    internal string Date(DateOnly date) => $"{DayOf(date)}\u00A0{Say(Months[date.Month - 1])}\u00A0{Year(date)}";

    /// <summary>As in <c>20 Nov 2026</c>.</summary>
    internal string ShortDate(DateOnly date) => $"{DayOf(date)}\u00A0{Say(ShortMonths[date.Month - 1])}\u00A0{Year(date)}";

    /// <summary>As it stands behind a word: French keeps it apart.</summary>
    internal string Colon => language == Language.French ? "\u00A0:" : ":";

    /// <summary>As in <c>Nov 2026</c>.</summary>
    internal string Month(DateOnly date) => $"{Say(ShortMonths[date.Month - 1])}\u00A0{Year(date)}";

    /// <summary>As in <c>Nov</c>.</summary>
    internal string ShortMonth(int month) => Say(ShortMonths[month - 1]);

    /// <summary>As in <c>1 October</c>.</summary>
    internal string DayOfYear(int month, int day) =>
        $"{(day == 1 && language == Language.French ? "1er" : day.ToString(CultureInfo.InvariantCulture))}\u00A0{Say(Months[month - 1])}";

    /// <param name="day">0 is Monday.</param>
    internal string Weekday(int day) => Say(Weekdays[day]);

    /// <summary>Local day and time of day, as in <c>20 Nov 2026 09:15:37</c>.</summary>
    internal string Moment(Instant at)
    {
        var local = Local(at);
        return $"{ShortDate(DateOnly.FromDateTime(local))} {local.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}";
    }

    internal DateTime Local(Instant at) => TimeZoneInfo.ConvertTimeFromUtc(at.ToDateTimeOffset().UtcDateTime, zone);

    private string DayOf(DateOnly date) => date.Day == 1 && language == Language.French ? "1er"
        : date.Day.ToString(CultureInfo.InvariantCulture);

    private static string Year(DateOnly date) => date.Year.ToString(CultureInfo.InvariantCulture);
}
