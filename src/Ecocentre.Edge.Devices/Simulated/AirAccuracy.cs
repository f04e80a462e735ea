namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>How far a sensor may be from the truth by its data sheet, in a room. What it does not measure is NaN.</summary>
/// <param name="Co2Ppm">Of CO2, in ppm, and on top:</param>
/// <param name="Co2Share">of the value.</param>
/// <param name="Kelvins">Of the temperature.</param>
/// <param name="Relative">Of the humidity, in % relative humidity.</param>
public sealed record AirAccuracy(double Co2Ppm, double Co2Share, double Kelvins, double Relative)
{
    /// <summary>Of what measures none of the three.</summary>
    public static AirAccuracy None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    // SCD4x data sheet version 1.4 (2023), tables 1 to 3.
    public static AirAccuracy Scd4x { get; } = new(50, 0.025, 0.8, 6);

    // SCD30 data sheet version 1.0 (2020), tables 1 to 3.
    public static AirAccuracy Scd30 { get; } = new(30, 0.03, 0.4, 3);

    // SEN6x data sheet version 0.9 (2024), tables 4 to 7.
    public static AirAccuracy Sen66 { get; } = new(50, 0.025, 0.45, 4.5);

    // SHT4x data sheet version 6.2 (2023), tables 1 and 2: an SHT40.
    public static AirAccuracy Sht4x { get; } = new(double.NaN, double.NaN, 0.2, 1.8);

    // SHT3x-DIS data sheet version 7 (2022), tables 1 and 2: an SHT31.
    public static AirAccuracy Sht3x { get; } = new(double.NaN, double.NaN, 0.3, 2);

    // BME280 data sheet revision 1.23 (2022), tables 2 and 4.
    public static AirAccuracy Bme280 { get; } = new(double.NaN, double.NaN, 1, 3);

    // Senseair S8 LP product specification PSP126, revision 10: ±(40 ppm + 3 %).
    public static AirAccuracy SenseairS8 { get; } = new(40, 0.03, double.NaN, double.NaN);

    /// <summary>Allowed distance from a true CO2 concentration, ppm.</summary>
    public double OfCo2(double ppm) => Co2Ppm + Co2Share * ppm;
}
