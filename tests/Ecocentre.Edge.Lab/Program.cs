using Ecocentre.Edge.Lab;

// Runs inside the guest of tests/lab/run, as its only program; the arguments name parts to run alone: gpio, i2c, serial.
var report = new Report();
var parts = args.Length > 0 ? args : ["gpio", "i2c", "serial"];
if (parts.Contains("serial")) await SerialLab.RunAsync(report);
if (parts.Contains("i2c")) await I2cLab.RunAsync(report);
if (parts.Contains("gpio")) await GpioLab.RunAsync(report);
Console.WriteLine($"{report.Passed} passed, {report.Failed} failed");
return report.Failed == 0 && report.Passed > 0 ? 0 : 1;
