using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Plant;

/// <summary>A device as an instrument: what makes its readings worth believing, as the site declares it. Immutable. Null: not declared.</summary>
/// <param name="Device">Name of the device.</param>
public sealed record Instrument(string Device)
{
    public string? Maker { get; init; }

    /// <summary>Type as printed on it.</summary>
    public string? Type { get; init; }

    /// <summary>Serial number as printed; where the chip tells its own, a difference is an incident.</summary>
    public string? Serial { get; init; }

    /// <summary>Mounting height above the floor in m.</summary>
    public double? HeightMetres { get; init; }

    public DateOnly? Installed { get; init; }

    /// <summary>Newest calibration that the site declares. Calibrations recorded in the log later count too.</summary>
    public DateOnly? Calibrated { get; init; }

    /// <summary>Whole months for which a calibration is good; afterwards readings are questionable. Null: it does not run out.</summary>
    public int? CalibrationMonths { get; init; }

    /// <summary>Reference of the certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>Accuracy class as the maker or the MID names it (<c>B</c>, <c>1</c>), or null.</summary>
    public string? AccuracyClass { get; init; }

    /// <summary>Whether the chip is to calibrate itself (CO2: the lowest values of a week are taken for fresh air); null where it cannot or nobody
    /// said.</summary>
    public bool? SelfCalibration { get; init; }

    /// <summary>The instant after which readings are questionable, midnight UTC, or null when they never become so.</summary>
    public Instant? ValidUntil => Calibrated is { } day && CalibrationMonths is { } months
        ? Instant.From(new DateTimeOffset(day.AddMonths(months).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero))
        : null;
}
