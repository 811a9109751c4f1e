using System.Globalization;
using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;
using EtcdAdmin.KeyFiles;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>A file with the history between two revisions.</summary>
/// <param name="path">The file.</param>
internal sealed class HistorySegment(string path)
{
    /// <summary>The extension of closed segments. Their names start with the first and last revision, so they sort in revision order.</summary>
    public const string Extension = ".history.jsonl";

    public string Path { get; } = path;

    /// <summary>Returns the name of a closed segment.</summary>
    public static string NameOf(long after, long through) =>
        string.Create(CultureInfo.InvariantCulture, $"{after + 1:d20}-{through:d20}{Extension}");

    /// <summary>Reads the records in order: the header, groups without a gap, and the trailer with the correct checksum.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">HistoryInvalid.</exception>
    public async IAsyncEnumerable<HistoryRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using FileStream file = Open();
        using var records = new RecordReader(file, hasQuotedLines: false);
        if (await NextAsync(records, cancellationToken).ConfigureAwait(false) is not { Header: { } header } first)
            throw Invalid(1, "expected a header");
        yield return first;
        long through = header.After;
        while (await NextAsync(records, cancellationToken).ConfigureAwait(false) is { } record)
        {
            if (record.Trailer is { } trailer)
            {
                if (trailer.Through != through || trailer.Sha256 != records.HashBefore)
                    throw Invalid(records.Line, "the last revision or the SHA-256 does not match the contents");
                yield return record;
                if (await NextAsync(records, cancellationToken).ConfigureAwait(false) is not null)
                    throw Invalid(records.Line, "there is data after the last record");
                yield break;
            }

            if (record.Group?.Revision != through + 1)
                throw Invalid(records.Line, string.Create(CultureInfo.InvariantCulture, $"expected revision {through + 1}"));
            through++;
            yield return record;
        }

        throw Invalid(records.Line, "the last record is missing");
    }

    /// <summary>Returns the complete groups of a segment that was not closed; null if even its header is incomplete.</summary>
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
            // The recording was interrupted here; all records before are complete.
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
            return new FileStream(
                Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HistoryErrors.Invalid(Path, $"the file cannot be read ({e.Message.TrimEnd('.')})");
        }
    }

    private EtcdException Invalid(long line, string finding) =>
        HistoryErrors.Invalid(Path, string.Create(CultureInfo.InvariantCulture, $"line {line}: {finding}"));
}
