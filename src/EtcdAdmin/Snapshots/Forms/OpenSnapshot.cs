namespace EtcdAdmin.Snapshots;

/// <summary>A snapshot whose database can be read as a plain file for as long as this lives.</summary>
public sealed class OpenSnapshot : IAsyncDisposable
{
    private readonly PrivateFile? _unpacked;

    internal OpenSnapshot(string source, SnapshotForm form, PrivateFile? unpacked)
    {
        Source = source;
        Form = form;
        _unpacked = unpacked;
        DatabasePath = unpacked?.Path ?? source;
    }

    /// <summary>Full path of the file that was given.</summary>
    public string Source { get; }

    /// <summary>
    /// A plain database file: <see cref="Source"/> itself where it is one; else a file of this user alone (0600) in the folder for
    /// temporary files, which is gone when this is disposed of.
    /// </summary>
    public string DatabasePath { get; }

    /// <summary>In what form it lies in its file.</summary>
    public SnapshotForm Form { get; }

    /// <summary>What an operator should know of it; reported as warnings when it was opened, too.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is noted beside it; null for a file from elsewhere. Says nothing yet on whether the file is the one that was noted.</summary>
    internal SnapshotManifest? Manifest { get; init; }

    /// <summary>Removes the unpacked database.</summary>
    public ValueTask DisposeAsync()
    {
        _unpacked?.Dispose();
        return ValueTask.CompletedTask;
    }
}
