using Microsoft.Win32.SafeHandles;

namespace Ecocentre.Edge.Lab;

/// <summary>A chip of the kernel's gpio-sim: lines are driven in sysfs (kernel documentation, admin-guide/gpio/gpio-sim).</summary>
internal sealed class GpioSim : IDisposable
{
    private const string Folder = "/sys/kernel/config/gpio-sim";

    private readonly string _device;
    private readonly SafeFileHandle[] _pulls;
    private readonly string _lines;

    public GpioSim(string name, int lines)
    {
        _device = $"{Folder}/{name}";
        Directory.CreateDirectory($"{_device}/bank0");
        File.WriteAllText($"{_device}/bank0/num_lines", $"{lines}");
        File.WriteAllText($"{_device}/live", "1");
        var platform = File.ReadAllText($"{_device}/dev_name").Trim();
        var chip = File.ReadAllText($"{_device}/bank0/chip_name").Trim();
        Path = $"/dev/{chip}";
        _lines = $"/sys/devices/platform/{platform}/{chip}";
        _pulls = [.. Enumerable.Range(0, lines).Select(line =>
            File.OpenHandle($"{_lines}/sim_gpio{line}/pull", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))];
    }

    public string Path { get; }

    public int Lines => _pulls.Length;

    public void Drive(int line, bool isHigh) => RandomAccess.Write(_pulls[line], isHigh ? "pull-up"u8 : "pull-down"u8, 0);

    /// <summary>The level that the chip has at a line, driven or pulled.</summary>
    public bool IsHigh(int line) => File.ReadAllText($"{_lines}/sim_gpio{line}/value").Trim() == "1";

    /// <summary>Takes the chip away, whoever uses it.</summary>
    public void Dispose()
    {
        foreach (var pull in _pulls) pull.Dispose();
        File.WriteAllText($"{_device}/live", "0");
        Directory.Delete($"{_device}/bank0");
        Directory.Delete(_device);
    }
}
