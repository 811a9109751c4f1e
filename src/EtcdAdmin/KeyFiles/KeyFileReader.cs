using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;

namespace EtcdAdmin.KeyFiles;

/// <summary>Reads a key file and checks that it is complete and unchanged.</summary>
/// <param name="path">The file.</param>
/// <param name="format">The format; null uses the file name.</param>
/// <param name="skipHashCheck">Accepts a file that was written or changed by hand: without a header, or with a missing or wrong trailer.</param>
internal sealed class KeyFileReader(string path, KeyFileFormat? format, bool skipHashCheck)
{
    /// <summary>Reads the keys one by one, each with its line. For a key that cannot be read, returns the error instead.</summary>
    /// <exception cref="EtcdException">KeyFileUnreadable. KeyFileInvalid: incomplete or changed; thrown at the end at the latest.</exception>
    public async IAsyncEnumerable<KeyFileEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        KeyFileCodec codec = KeyFileCodec.For(format, path);
        using FileStream file = Open();
        using var records = new RecordReader(file, codec.HasQuotedLines);
        bool begun = false;
        bool hasErrors = false;
        long keys = 0;
        while (await NextAsync(records, cancellationToken).ConfigureAwait(false))
        {
            if (records.Current.IsEmpty) continue;
            KeyFileEntry entry = Read(codec, records, out KeyFileRecord record);
            if (record.Trailer is { } trailer)
            {
                if (skipHashCheck) continue; // another file or more lines may be appended
                if (!hasErrors) Check(trailer, keys, records.HashBefore);
                if (await NextAsync(records, cancellationToken).ConfigureAwait(false))
                    throw KeyFileErrors.Incomplete(path, "there is data after its last record");
                yield break;
            }

            if (!begun && record.Header is null && entry.Error is null && !skipHashCheck)
                throw KeyFileErrors.Incomplete(path, $"its first record is not of format {KeyFileHeader.Format}");
            begun = true;
            if (record.Header is not null) continue;
            hasErrors |= entry.Error is not null;
            keys++;
            yield return entry;
        }

        if (!skipHashCheck && !hasErrors) throw KeyFileErrors.Incomplete(path, "its last record is missing");
    }

    private KeyFileEntry Read(KeyFileCodec codec, RecordReader records, out KeyFileRecord record)
    {
        try
        {
            record = codec.Read(records.Current);
            if (record.Key is { KeyValue.Key.IsEmpty: true }) throw new FormatException("its key is empty");
            return new KeyFileEntry(records.Line, record.Key, null);
        }
        catch (FormatException e)
        {
            record = default;
            return new KeyFileEntry(records.Line, null, KeyFileErrors.Line(path, records.Line, e.Message));
        }
    }

    private void Check(KeyFileTrailer trailer, long keys, string sha256)
    {
        if (trailer.Keys != keys) throw KeyFileErrors.Incomplete(path, $"its last record gives {trailer.Keys} keys, but the file has {keys}");
        if (!trailer.Sha256.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            throw KeyFileErrors.Incomplete(path, "its SHA-256 does not match its contents");
    }

    private async Task<bool> NextAsync(RecordReader records, CancellationToken cancellationToken)
    {
        try
        {
            return await records.MoveNextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (FormatException e)
        {
            throw KeyFileErrors.Line(path, records.Line, e.Message);
        }
        catch (IOException e)
        {
            throw KeyFileErrors.Unreadable(path, e);
        }
    }

    private FileStream Open()
    {
        try
        {
            return new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeyFileErrors.Unreadable(path, e);
        }
    }
}

/// <summary>One key of a file; either key or error is set.</summary>
/// <param name="Line">The line of its start, from 1.</param>
/// <param name="Key">The key.</param>
/// <param name="Error">Why the key cannot be read.</param>
internal readonly record struct KeyFileEntry(long Line, ExportedKey? Key, EtcdException? Error);
