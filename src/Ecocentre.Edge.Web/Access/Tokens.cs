using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging;

namespace Ecocentre.Edge.Web.Access;

/// <summary>The tokens in force: read again when their file has changed, so that a new or revoked token counts without a restart.</summary>
/// <remarks>Any thread. A file that cannot be read lets nobody in, and says so.</remarks>
internal sealed class Tokens
{
    // A revoked token is refused after this at the latest. Sooner the file is looked at for a token that is not known, and read only when it has changed.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    // Last uses are for people who clean up; the card need not be written more often.
    private static readonly TimeSpan UsesPeriod = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly CentreView _view;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Instant> _uses;
    private volatile Loaded _loaded = new([], null);
    private (DateTime Written, long Length)? _seen;
    private long? _lookedAt;
    private long _usesWrittenAt;
    private bool _usesChanged;

    internal Tokens(string path, CentreView view, ILogger logger)
    {
        (_path, _view, _logger) = (path, view, logger);
        _uses = new ConcurrentDictionary<string, Instant>(TokenFile.ReadUses(path), StringComparer.Ordinal);
        _usesWrittenAt = view.Time.GetTimestamp();
        Look();
    }

    /// <summary>Whether there is no file of tokens, or none in it that was not revoked.</summary>
    internal bool AreNone
    {
        get
        {
            Look();
            return _loaded is { Trouble: null } loaded && loaded.Tokens.All(token => token.Entry.Revoked is not null);
        }
    }

    /// <summary>Why nobody is let in, or null.</summary>
    internal string? Trouble => _loaded.Trouble;

    /// <summary>The token in force that this is, or null.</summary>
    /// <remarks>All hashes are compared, each in constant time: how long it takes says nothing about which is near.</remarks>
    internal TokenEntry? Find(string token)
    {
        Look();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), hash);
        // One that was made a moment ago is good at once.
        var found = Match(hash) ?? (Look(atOnce: true) ? Match(hash) : null);
        if (found?.IsGoodAt(_view.Now()) != true) return null;
        _uses[found.Id] = _view.Now();
        _usesChanged = true;
        return found;
    }

    /// <summary>Whether a token that was let in would be let in still.</summary>
    internal bool IsGood(TokenEntry entry)
    {
        Look();
        return _loaded.Tokens.Any(token => token.Entry.Id == entry.Id && token.Entry.Sha256 == entry.Sha256 && token.Entry.IsGoodAt(_view.Now()));
    }

    /// <summary>Writes the last uses down when that is due.</summary>
    internal void KeepUses(bool now = false)
    {
        lock (_gate)
        {
            if (!_usesChanged || !now && _view.Time.GetElapsedTime(_usesWrittenAt) < UsesPeriod) return;
            (_usesChanged, _usesWrittenAt) = (false, _view.Time.GetTimestamp());
        }
        try
        {
            TokenFile.WriteUses(_path, _uses);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("When tokens were last used cannot be written down: {Reason}", e.Message);
        }
    }

    private TokenEntry? Match(ReadOnlySpan<byte> hash)
    {
        TokenEntry? found = null;
        foreach (var known in _loaded.Tokens)
            if (CryptographicOperations.FixedTimeEquals(hash, known.Hash.AsSpan())) found = known.Entry;
        return found;
    }

    /// <param name="atOnce">Whenever the last look was, unless it found something wrong.</param>
    /// <returns>Whether the file was read again.</returns>
    private bool Look(bool atOnce = false)
    {
        lock (_gate)
        {
            if (!(atOnce && _loaded.Trouble is null) && _lookedAt is { } at && _view.Time.GetElapsedTime(at) < LookPeriod) return false;
            _lookedAt = _view.Time.GetTimestamp();
            try
            {
                var file = new FileInfo(_path);
                var seen = file.Exists ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
                if (seen == _seen && _loaded.Trouble is null) return false;
                var tokens = TokenFile.Read(_path);
                if (_seen is not null) _logger.LogInformation("{File} has changed; tokens in force: {Count}.", _path, tokens.Count(t => t.Revoked is null));
                _seen = seen;
                _loaded = new Loaded([.. tokens.Select(token => (token, ImmutableArray.Create(Convert.FromHexString(token.Sha256))))], null);
                foreach (var id in _uses.Keys.Except(tokens.Select(token => token.Id))) _uses.TryRemove(id, out _);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                if (_loaded.Trouble is null) _logger.LogError("Nobody is let in: {Reason}", e.Message);
                _loaded = new Loaded([], e.Message);
            }
            return true;
        }
    }

    private sealed record Loaded(ImmutableArray<(TokenEntry Entry, ImmutableArray<byte> Hash)> Tokens, string? Trouble);
}
