using System.Globalization;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Keeps a second process away from a log. The kernel lets go of it when the process ends, however it ends.</summary>
internal sealed class LogLock : IDisposable
{
    // EAGAIN of Linux: what flock(2) answers when another has the lock; the runtime hands the number on.
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    private LogLock(FileStream file) => _file = file;

    /// <exception cref="LogRefusedException">Another process has the log, or the path cannot be a log.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let it be taken.</exception>
    public static LogLock Take(string path)
    {
        if (Directory.Exists(path)) throw new LogRefusedException($"{path} is a folder. Name a file in it for the log.");
        var lockPath = path + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogUnavailableException($"{path}: its folder cannot be made ({e.Message}). Make it and give it to the gateway's user.", e);
        }
        try
        {
            var file = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new LogLock(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LogUnavailableException(
                $"{path}: {lockPath} cannot be written. Check that the disk is mounted for writing and that the gateway's user owns the folder.", e);
        }
        catch (IOException e) when (e.HResult != WouldBlock)
        {
            throw new LogUnavailableException($"{path}: {lockPath} cannot be written ({e.Message}). Free space on its disk and check its health.", e);
        }
        catch (IOException e)
        {
            throw new LogRefusedException(
                $"{path} is open in another process ({e.Message}). One gateway has one log: stop the other one, or give this one its own path.", e);
        }
    }

    /// <summary>The process that took the lock last and still runs; null where there is none. Its number may be another's by now.</summary>
    public static int? HolderOf(string path)
    {
        try
        {
            using var file = new FileStream(path + ".lock", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && Directory.Exists($"/proc/{process}") ? process : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
