using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.I2c;

/// <summary>The RESET line that the TCA9548A multiplexers of a bus share: a pulse closes all their branches, and cuts off a chip that holds the wires
/// low behind one of them.</summary>
/// <remarks>It owns its line, and requests it again after it was lost. Any thread, one at a time.</remarks>
public sealed class MuxReset : IDisposable
{
    // At least 6 ns, and the multiplexer has let go of SDA after 500 ns (Texas Instruments SCPS207F, 6.7 and 6.8). 10 us: a pin of 50 ohm needs a half of
    // it to discharge the 100 nF that some boards put at RESET.
    private static readonly TimeSpan Length = TimeSpan.FromMicroseconds(10);

    private readonly Func<OutputSettings, OutputLine> _request;
    private readonly OutputSettings _settings;
    private OutputLine? _line;

    /// <param name="offset">The line's number on its chip.</param>
    /// <param name="request">Requests the line; fails with <see cref="IOException"/>.</param>
    public MuxReset(int offset, Func<OutputSettings, OutputLine> request)
    {
        // SCPS207F, 5: RESET is active low and has a pull-up to the multiplexer's own supply, which may be another than the gateway's.
        (_settings, _request) = (new OutputSettings(offset, ActiveLow: true, OpenDrain: true), request);
        try
        {
            _line = request(_settings);
        }
        catch (IOException exception)
        {
            Trouble = exception.Message;
        }
    }

    /// <summary>Why the line could not be had when it was first requested, in words; null when it could. The next pulse asks for it again.</summary>
    public string? Trouble { get; }

    /// <exception cref="IOException">The line cannot be had or driven; the message names the path and the remedy.</exception>
    public void Pulse()
    {
        try
        {
            (_line ??= _request(_settings)).Pulse(Length);
        }
        catch (IOException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _line?.Dispose();
        _line = null;
    }
}
