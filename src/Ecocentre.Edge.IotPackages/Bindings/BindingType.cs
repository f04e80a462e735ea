using System.Device.I2c;
using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.IotPackages.Bindings;

/// <summary>How one binding of the package is made and read.</summary>
/// <param name="Make">Makes the binding on its wire; it may talk to the chip, and owns the wire only in name.</param>
/// <param name="Read">Reads it into the values, in canonical units; false when it has nothing new.</param>
internal sealed record BindingType(Func<I2cDevice, IDisposable> Make, Func<IDisposable, SensorValues, bool> Read)
{
    /// <summary>Every answer of the chip is words with Sensirion's checksum; bindings forget to say when one is wrong.</summary>
    public bool HasChecksums { get; init; }

    /// <summary>What bindings throw when a chip does not answer, or answers nonsense: anything, a plain <see cref="Exception"/> too.</summary>
    public static bool IsOfTheWire(Exception failure) => failure is not (OutOfMemoryException or NullReferenceException);

    public static BindingType Of<T>(Func<I2cDevice, T> make, Func<T, SensorValues, bool> read) where T : IDisposable =>
        new(wire => make(wire), (chip, values) => read((T)chip, values));

    public static BindingType Of<T>(Func<I2cDevice, T> make, Action<T, SensorValues> read) where T : IDisposable =>
        Of(make, (chip, values) =>
        {
            read(chip, values);
            return true;
        });
}
