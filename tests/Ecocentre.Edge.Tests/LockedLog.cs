using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Tests;

/// <summary>A log that cannot be written until this is disposed, as with a full or failing disk: another program has locked its file. Each attempt to
/// write fails after two seconds.</summary>
internal sealed class LockedLog : IDisposable
{
    private readonly SqliteConnection _connection;

    public LockedLog(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Run("BEGIN IMMEDIATE");
    }

    public void Dispose()
    {
        Run("ROLLBACK");
        _connection.Dispose();
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
