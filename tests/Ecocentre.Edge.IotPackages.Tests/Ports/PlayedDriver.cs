using System.Device.Gpio;

namespace Ecocentre.Edge.IotPackages.Tests.Ports;

/// <summary>A GPIO chip of eight pins as the package's drivers are: levels from outside, callbacks, outputs.</summary>
internal sealed class PlayedDriver : GpioDriver
{
    private readonly bool[] _high = new bool[8];
    private readonly PinMode[] _modes = new PinMode[8];
    private readonly PinChangeEventHandler?[] _callbacks = new PinChangeEventHandler?[8];

    public bool IsDisposed { get; private set; }

    /// <summary>Every level and mode that was given to a pin, in order.</summary>
    public List<string> Said { get; } = [];

    protected override int PinCount => 8;

    /// <summary>Changes a level from outside.</summary>
    /// <param name="silently">Without a callback, as when the kernel's buffer was full.</param>
    public void Drive(int pin, bool isHigh, bool silently = false)
    {
        _high[pin] = isHigh;
        if (!silently) _callbacks[pin]?.Invoke(this, new PinValueChangedEventArgs(isHigh ? PinEventTypes.Rising : PinEventTypes.Falling, pin));
    }

    public PinMode ModeOf(int pin) => _modes[pin];

    protected override void OpenPin(int pinNumber)
    {
    }

    protected override void ClosePin(int pinNumber)
    {
    }

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        _modes[pinNumber] = mode;
        Said.Add($"{pinNumber} {mode}");
    }

    protected override PinMode GetPinMode(int pinNumber) => _modes[pinNumber];

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode != PinMode.InputPullDown;

    protected override PinValue Read(int pinNumber) => _high[pinNumber];

    protected override void Write(int pinNumber, PinValue value) => Said.Add($"{pinNumber} {value}");

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
        _callbacks[pinNumber] += callback;

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => _callbacks[pinNumber] -= callback;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
