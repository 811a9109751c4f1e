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

/// <summary>A snapshot whose database can be read as a plain file for as long as this lives.</summary>
public sealed class OpenSnapshot : IAsyncDisposable
{
    private readonly PrivateFile? _unpacked;

    internal OpenSnapshot(string source, SnapshotFormat form, PrivateFile? unpacked)
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
    public SnapshotFormat Form { get; }

    /// <summary>What an operator should know of it; reported as warnings when it was opened, too.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is noted beside it; null for a file from elsewhere. Says nothing yet on whether the file is the one that was noted.</summary>
    internal SnapshotManifest? Manifest { get; init; }

    /// <summary>Reads and checks all of it, and adds what is noted beside it.</summary>
    /// <param name="events">Progress in bytes; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Path, size and SHA-256 are those of <see cref="Source"/> as it lies there; all else is of the database in it.</returns>
    /// <exception cref="EtcdException">SnapshotUnreadable, SnapshotInvalid.</exception>
    public async Task<EtcdSnapshot> DescribeAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        SnapshotInfo inside = await ReadAsync(path => SnapshotInspector.InspectAsync(path, events, cancellationToken)).ConfigureAwait(false);
        SnapshotInfo contents = Form.IsPlain ? inside : await AsItLiesAsync(inside, cancellationToken).ConfigureAwait(false);
        // Notes on another file say nothing of this one.
        EtcdSnapshot snapshot = Manifest is { } notes && notes.Sha256 == contents.Sha256
            ? notes.Describe(contents)
            : new EtcdSnapshot(contents, File.GetLastWriteTimeUtc(Source));
        return snapshot with { Form = Form, DatabaseSha256 = inside.Sha256 };
    }

    /// <summary>The keys of a range; see <see cref="SnapshotKeyReader"/>.</summary>
    /// <param name="query">Which, and as of when.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">SnapshotUnreadable, SnapshotInvalid; Compacted, FutureRevision: it does not have that revision.</exception>
    public async IAsyncEnumerable<EtcdKeyValue> ReadKeysAsync(SnapshotKeyQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<EtcdKeyValue> keys = SnapshotKeyReader.ReadAsync(DatabasePath, query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using ConfiguredAsyncDisposable end = keys.ConfigureAwait(false);
        while (await ReadAsync(_ => keys.MoveNextAsync().AsTask()).ConfigureAwait(false)) yield return keys.Current;
    }

    /// <summary>What takes the space in it; see <see cref="SnapshotMeasurer"/>.</summary>
    /// <param name="request">How it is told.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">SnapshotUnreadable, SnapshotInvalid.</exception>
    public async Task<SnapshotSpace> MeasureAsync(SpaceRequest request, CancellationToken cancellationToken) =>
        await ReadAsync(path => SnapshotMeasurer.MeasureAsync(path, request, cancellationToken)).ConfigureAwait(false) with { Path = Source };

    /// <summary>Removes the unpacked database.</summary>
    public ValueTask DisposeAsync()
    {
        _unpacked?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Does something with the database; errors name the file that was given, not the one that nobody knows.</summary>
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
        string message = error.Message.Replace($"'{DatabasePath}'", $"What is in '{Source}'", StringComparison.Ordinal);
        return error is SnapshotDamageException damage
            ? new SnapshotDamageException(damage.Part, message) { Target = Source, NextStep = error.NextStep }
            : new EtcdException(error.ErrorId, message, error) { Target = Source, NextStep = error.NextStep };
    }

    private async Task<SnapshotInfo> AsItLiesAsync(SnapshotInfo inside, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
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
