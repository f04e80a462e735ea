using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
#if IOT_PACKAGES
using Ecocentre.Edge.IotPackages.Bindings;
using Ecocentre.Edge.IotPackages.Influx;
using Ecocentre.Edge.IotPackages.Mqtt;
using Ecocentre.Edge.IotPackages.Ports;
#endif

namespace Ecocentre.Edge;

/// <summary>Which adapters this build was made with: the defaults, or with <c>-p:IotPackages=true</c> those on MQTTnet, System.Device.Gpio,
/// Iot.Device.Bindings and InfluxDB.Client.</summary>
internal static class Adapters
{
#if IOT_PACKAGES
    /// <summary>Before the first site is read.</summary>
    public static void Include() => BindingCatalogue.Include();

    public static MqttLink Link(MqttOptions options, MqttMessage? will, TimeProvider time, Random random) => new MqttNetLink(options, will, time, random);

    /// <summary>InfluxDB 1.x has no API v2, which is all that InfluxDB.Client speaks.</summary>
    public static ISink InfluxSink(string name, string centre, InfluxOptions options, TimeProvider time) =>
        options.Flavour == InfluxFlavour.Influx1
            ? new InfluxSink(name, centre, new InfluxWriter(options, time)) : new InfluxClientSink(name, centre, options, time);

    /// <inheritdoc cref="I2cPort.Open"/>
    public static I2cPort I2c(string path) => new PackageI2cPort(path);

    /// <inheritdoc cref="GpioLines.Open"/>
    public static GpioLines Lines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => new PackageGpioLines(path, lines, time);

    /// <inheritdoc cref="OutputLine.Open"/>
    public static OutputLine Output(string path, OutputSettings line) => new PackageOutputLine(path, line);
#else
    /// <summary>Before the first site is read.</summary>
    public static void Include()
    {
        // Every default stands in its catalogue already.
    }

    public static MqttLink Link(MqttOptions options, MqttMessage? will, TimeProvider time, Random random) => new MosquittoLink(options, will, time, random);

    public static ISink InfluxSink(string name, string centre, InfluxOptions options, TimeProvider time) =>
        new InfluxSink(name, centre, new InfluxWriter(options, time));

    /// <inheritdoc cref="I2cPort.Open"/>
    public static I2cPort I2c(string path) => I2cPort.Open(path);

    /// <inheritdoc cref="GpioLines.Open"/>
    public static GpioLines Lines(string path, ImmutableArray<LineSettings> lines, TimeProvider time) => GpioLines.Open(path, lines, time);

    /// <inheritdoc cref="OutputLine.Open"/>
    public static OutputLine Output(string path, OutputSettings line) => OutputLine.Open(path, line);
#endif
}
