using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Sensors;
using Iot.Device.Ahtxx;
using Iot.Device.Bh1750fvi;
using Iot.Device.Bmxx80;
using Iot.Device.Hts221;
using Iot.Device.Lps22hb;
using Iot.Device.Max44009;
using Iot.Device.Mcp9808;
using Iot.Device.Shtc3;
using Iot.Device.Si7021;
using Iot.Device.Tsl256x;
using UnitsNet;
using Bme280 = Iot.Device.Bmxx80.Bme280;
using Scd4x = Iot.Device.Scd4x.Scd4x;
using Sht3x = Iot.Device.Sht3x.Sht3x;
using Sht4x = Iot.Device.Sht4x.Sht4x;

namespace Ecocentre.Edge.IotPackages.Bindings;

/// <summary>The bindings of Iot.Device.Bindings 4.2 that yield CO2, temperature, humidity, pressure or illuminance over I2C, as types of sensor
/// with words of their own (<c>iot-sht4x</c>). Ranges are the makers', as the package's documentation of each binding names its data sheet.</summary>
/// <remarks>Not here: settings. The package's pressure compensation of the SCD4x writes 0 hPa whatever it is told, and it has no call for most
/// others, so that a site that needs them takes the default driver (<c>scd41</c>).</remarks>
public static class BindingCatalogue
{
    // The package waits up to 6 s for a measurement of an SCD4x, which makes one every 5 s.
    private static readonly TimeSpan Scd4xPeriodMin = TimeSpan.FromSeconds(5);

    /// <summary>Every type, in the order in which they are shown to people.</summary>
    public static ImmutableArray<SensorType> Types { get; } =
    [
        TypeOf("iot-scd4x", "Scd4x", [0x62], [new("co2", 0, 40_000), .. Climate(-10, 60)], BindingType.Of(Scd, (chip, values) =>
        {
            var (co2, humidity, temperature) = chip.ReadPeriodicMeasurement();
            values.Set("co2", co2?.PartsPerMillion ?? double.NaN);
            Set(values, temperature, humidity);
        }) with { HasChecksums = true }) with { PeriodMin = Scd4xPeriodMin },
        TypeOf("iot-sht4x", "Sht4x", [0x44, 0x45, 0x46], Climate(-40, 125), BindingType.Of(wire => new Sht4x(wire), (chip, values) =>
        {
            var (humidity, temperature) = chip.ReadHumidityAndTemperature();
            Set(values, temperature, humidity);
        }) with { HasChecksums = true }),
        TypeOf("iot-sht3x", "Sht3x", [0x44, 0x45], Climate(-40, 125),
            BindingType.Of(wire => new Sht3x(wire), (chip, values) => Set(values, chip.Temperature, chip.Humidity)) with { HasChecksums = true }),
        TypeOf("iot-shtc3", "Shtc3", [0x70], Climate(-40, 125), BindingType.Of(wire => new Shtc3(wire), (chip, values) =>
        {
            if (chip.TryGetTemperatureAndHumidity(out var temperature, out var humidity)) Set(values, temperature, humidity);
        }) with { HasChecksums = true }),
        TypeOf("iot-si7021", "Si7021", [0x40], Climate(-40, 125),
            BindingType.Of(wire => new Si7021(wire), (chip, values) => Set(values, chip.Temperature, chip.Humidity))),
        TypeOf("iot-hts221", "Hts221", [0x5F], Climate(-40, 120),
            BindingType.Of(wire => new Hts221(wire), (chip, values) => Set(values, chip.Temperature, chip.Humidity))),
        TypeOf("iot-aht20", "Aht20", [0x38], Climate(-40, 85),
            BindingType.Of(wire => new Aht20(wire), (chip, values) => Set(values, chip.GetTemperature(), chip.GetHumidity()))),
        TypeOf("iot-mcp9808", "Mcp9808", [0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F], [Temperature(-40, 125)],
            BindingType.Of(wire => new Mcp9808(wire), (chip, values) => values.Set("temperature", chip.Temperature.DegreesCelsius))),
        TypeOf("iot-bme280", "Bme280", [0x77, 0x76], [.. Climate(-40, 85), Pressure(300, 1100)], BindingType.Of(wire => new Bme280(wire), (chip, values) =>
        {
            var read = chip.Read();
            Set(values, read.Temperature, read.Humidity);
            values.Set("pressure", read.Pressure?.Hectopascals ?? double.NaN);
        })),
        TypeOf("iot-bmp280", "Bmp280", [0x77, 0x76], [Temperature(-40, 85), Pressure(300, 1100)], BindingType.Of(wire => new Bmp280(wire), (chip, values) =>
        {
            var read = chip.Read();
            values.Set("temperature", read.Temperature?.DegreesCelsius ?? double.NaN);
            values.Set("pressure", read.Pressure?.Hectopascals ?? double.NaN);
        })),
        TypeOf("iot-lps22hb", "Lps22hb", [0x5D, 0x5C], [Temperature(-40, 85), Pressure(260, 1260)], BindingType.Of(wire => new Lps22hb(wire), (chip, values) =>
        {
            if (!chip.TryReadTemperature(out var temperature) || !chip.TryReadPressure(out var pressure)) return false;
            values.Set("temperature", temperature.DegreesCelsius);
            values.Set("pressure", pressure.Hectopascals);
            return true;
        })),
        TypeOf("iot-bh1750", "Bh1750fvi", [0x23, 0x5C], [new("illuminance", 0, 54_612)],
            BindingType.Of(wire => new Bh1750fvi(wire), (chip, values) => values.Set("illuminance", chip.Illuminance.Lux))),
        TypeOf("iot-tsl256x", "Tsl256x", [0x39, 0x29, 0x49], [new("illuminance", 0, 40_000)],
            BindingType.Of(wire => new Tsl256x(wire, PackageType.Other), (chip, values) => values.Set("illuminance", chip.MeasureAndGetIlluminance().Lux))),
        TypeOf("iot-max44009", "Max44009", [0x4A, 0x4B], [new("illuminance", 0, 188_000)],
            BindingType.Of(wire => new Max44009(wire), (chip, values) => values.Set("illuminance", chip.Illuminance))),
    ];

    /// <summary>Lets sites name these types. Before the first site is read; a second time does nothing.</summary>
    public static void Include()
    {
        if (!SensorCatalogue.TryGet(Types[0].Word, out _)) SensorCatalogue.Include(Types);
    }

    private static Scd4x Scd(System.Device.I2c.I2cDevice wire)
    {
        var chip = new Scd4x(wire);
        chip.StartPeriodicMeasurements();
        return chip;
    }

    private static void Set(SensorValues values, UnitsNet.Temperature? temperature, RelativeHumidity? humidity)
    {
        values.Set("temperature", temperature?.DegreesCelsius ?? double.NaN);
        values.Set("humidity", humidity?.Percent ?? double.NaN);
    }

    private static ImmutableArray<SensorQuantity> Climate(double coldest, double warmest) => [Temperature(coldest, warmest), new("humidity", 0, 100)];

    private static SensorQuantity Temperature(double coldest, double warmest) => new("temperature", coldest, warmest);

    private static SensorQuantity Pressure(double least, double most) => new("pressure", least, most);

    private static SensorType TypeOf(
        string word, string binding, ImmutableArray<byte> addresses, ImmutableArray<SensorQuantity> quantities, BindingType how) =>
        new(word, $"{binding} of Iot.Device.Bindings", SensorWire.I2c, quantities)
        {
            Addresses = addresses,
            PeriodMin = TimeSpan.FromSeconds(1),
            Make = (setup, wires) => new BindingSensor(how, setup, wires),
        };
}
