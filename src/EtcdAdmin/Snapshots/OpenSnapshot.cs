using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Keys;
using EtcdAdmin.Database.Space;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Snapshots;

/// <summary>An open snapshot. Its database can be read as a plain file until this object is disposed.</summary>
public sealed class OpenSnapshot : IAsyncDisposable
{
    private readonly PrivateFile? _unpacked;

    internal OpenSnapshot(string source, SnapshotFormat format, PrivateFile? unpacked)
    {
        Source = source;
        Format = format;
        _unpacked = unpacked;
        DatabasePath = unpacked?.Path ?? source;
    }

    /// <summary>Full path of the given file.</summary>
    public string Source { get; }

    /// <summary>
    /// Path of the plain database file: <see cref="Source"/> itself if it is plain. Otherwise a temporary file that only this user can read (0600);
    /// the file is deleted on dispose.
    /// </summary>
    public string DatabasePath { get; }

    /// <summary>The format of the file.</summary>
    public SnapshotFormat Format { get; }

    /// <summary>Warnings for the operator. The same warnings were reported when the snapshot was opened.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The manifest; null for a file without a manifest. It is not yet checked that the manifest belongs to this file.</summary>
    internal SnapshotManifest? Manifest { get; init; }

    /// <summary>Reads and checks the complete snapshot, and adds the data of its manifest.</summary>
    /// <param name="events">Receives progress in bytes; null for no progress.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>Path, size and SHA-256 are those of <see cref="Source"/> as stored; all other data describes the database in the file.</returns>
    /// <exception cref="EtcdException">SnapshotUnreadable, SnapshotInvalid.</exception>
    public async Task<EtcdSnapshot> DescribeAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        SnapshotInfo inside = await ReadAsync(path => SnapshotInspector.InspectAsync(path, events, cancellationToken)).ConfigureAwait(false);
        SnapshotInfo contents = Format.IsPlain ? inside : await AsStoredAsync(inside, cancellationToken).ConfigureAwait(false);
        // A manifest of another file does not describe this one.
        EtcdSnapshot snapshot = Manifest is { } manifest && manifest.Sha256 == contents.Sha256
            ? manifest.Describe(contents)
            : new EtcdSnapshot(contents, File.GetLastWriteTimeUtc(Source));
        return snapshot with { Format = Format, DatabaseSha256 = inside.Sha256 };
    }

    /// <summary>Reads the keys of a range; see <see cref="SnapshotKeyReader"/>.</summary>
    /// <param name="query">The keys and the revision to read.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotUnreadable, SnapshotInvalid; Compacted, FutureRevision: the snapshot does not have that
    /// revision.</exception>
    public async IAsyncEnumerable<EtcdKeyValue> ReadKeysAsync(SnapshotKeyQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<EtcdKeyValue> keys = SnapshotKeyReader.ReadAsync(DatabasePath, query, cancellationToken).GetAsyncEnumerator(
            cancellationToken);
        await using ConfiguredAsyncDisposable end = keys.ConfigureAwait(false);
        while (await ReadAsync(_ => keys.MoveNextAsync().AsTask()).ConfigureAwait(false)) yield return keys.Current;
    }

    /// <summary>Measures what takes the space in the database; see <see cref="SnapshotMeasurer"/>.</summary>
    /// <param name="request">What the result lists.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">SnapshotUnreadable, SnapshotInvalid.</exception>
    public async Task<SnapshotSpace> MeasureAsync(SpaceRequest request, CancellationToken cancellationToken) =>
        await ReadAsync(path => SnapshotMeasurer.MeasureAsync(path, request, cancellationToken)).ConfigureAwait(false) with { Path = Source };

    /// <summary>Deletes the unpacked database.</summary>
    public ValueTask DisposeAsync()
    {
        _unpacked?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs an action on the database. Errors give the path of the given file, not of the unpacked one.</summary>
    private async Task<T> ReadAsync<T>(Func<string, Task<T>> read)
    {
        try
        {
            return await read(DatabasePath).ConfigureAwait(false);
        }
        catch (EtcdException e) when (_unpacked is not null && e.Target is string path && path == DatabasePath)
        {
            throw InTermsOfSource(e);
        }
    }

    private EtcdException InTermsOfSource(EtcdException error)
    {
        string message = error.Message.Replace($"'{DatabasePath}'", $"The content of '{Source}'", StringComparison.Ordinal);
        return error is SnapshotDamageException damage
            ? new SnapshotDamageException(damage.Part, message) { Target = Source, NextStep = error.NextStep }
            : new EtcdException(error.ErrorId, message, error) { Target = Source, NextStep = error.NextStep };
    }

    private async Task<SnapshotInfo> AsStoredAsync(SnapshotInfo inside, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false))
            {
                byte[] sha256 = await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false);
                return inside with { Path = Source, Size = file.Length, Sha256 = Convert.ToHexStringLower(sha256) };
            }
        }
        catch (Exception e) when (SnapshotFile.Translate(Source, e) is { } error)
        {
            throw error;
        }
    }
}
