using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>A file with the history between two revisions.</summary>
/// <param name="path">The file.</param>
internal sealed class HistorySegment(string path)
{
    /// <summary>How the names of closed segments end; they begin with their first and last revision, so names sort as revisions do.</summary>
    public const string Extension = ".history.jsonl";

    public string Path { get; } = path;

    /// <summary>The name of a closed segment.</summary>
    public static string NameOf(long after, long through) =>
        string.Create(CultureInfo.InvariantCulture, $"{after + 1:d20}-{through:d20}{Extension}");

    /// <summary>Its records in order: the header, groups without a gap, and the trailer with the right checksum.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="EtcdException">HistoryInvalid.</exception>
    public async IAsyncEnumerable<HistoryRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using FileStream file = Open();
        using var records = new RecordReader(file, hasQuotedLines: false);
        if (await NextAsync(records, cancellationToken).ConfigureAwait(false) is not { Header: { } header } first) throw Invalid(1, "a header should be here");
        yield return first;
        long through = header.After;
        while (await NextAsync(records, cancellationToken).ConfigureAwait(false) is { } record)
        {
            if (record.Trailer is { } trailer)
            {
                if (trailer.Through != through || trailer.Sha256 != records.HashBefore) throw Invalid(records.Line, "its last revision or its SHA-256 is not that of its contents");
                yield return record;
                if (await NextAsync(records, cancellationToken).ConfigureAwait(false) is not null) throw Invalid(records.Line, "something follows the end");
                yield break;
            }

            if (record.Group?.Revision != through + 1) throw Invalid(records.Line, string.Create(CultureInfo.InvariantCulture, $"revision {through + 1} should be here"));
            through++;
            yield return record;
        }

        throw Invalid(records.Line, "the end is missing");
    }

    /// <summary>The groups of one that was not closed, as far as they are whole; null where not even its header is.</summary>
    public async Task<(HistoryHeader Header, List<HistoryGroup> Groups)?> SalvageAsync(CancellationToken cancellationToken)
    {
        HistoryHeader? header = null;
        var groups = new List<HistoryGroup>();
        try
        {
            await foreach (HistoryRecord record in ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                header ??= record.Header;
                if (record.Group is not null) groups.Add(record.Group);
            }
        }
        catch (EtcdException e) when (e.ErrorId == EtcdErrorIds.HistoryInvalid)
        {
            // It was broken off here; what stands before is whole.
        }

        return header is null ? null : (header, groups);
    }

    private async Task<HistoryRecord?> NextAsync(RecordReader records, CancellationToken cancellationToken)
    {
        try
        {
            return await records.MoveNextAsync(cancellationToken).ConfigureAwait(false) ? HistoryCodec.Read(records.Current) : null;
        }
        catch (FormatException e)
        {
            throw Invalid(records.Line, e.Message);
        }
    }

    private FileStream Open()
    {
        try
        {
            return new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HistoryErrors.Invalid(Path, $"it cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    private EtcdException Invalid(long line, string finding) =>
        HistoryErrors.Invalid(Path, string.Create(CultureInfo.InvariantCulture, $"line {line}: {finding}"));
}
