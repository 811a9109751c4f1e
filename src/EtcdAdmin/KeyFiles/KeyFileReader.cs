using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;

namespace EtcdAdmin.KeyFiles;

/// <summary>Reads a file of keys, and checks on the way that it is as it was written.</summary>
/// <param name="path">The file.</param>
/// <param name="format">Null judges by its name.</param>
/// <param name="skipHashCheck">Accepts a file that was written or changed by hand: without header, without trailer or with another one.</param>
internal sealed class KeyFileReader(string path, KeyFileFormat? format, bool skipHashCheck)
{
    /// <summary>Its keys one by one, each with its line; instead of a key that cannot be read, the error.</summary>
    /// <exception cref="EtcdException">KeyFileUnreadable. KeyFileInvalid: cut off, or not as it was written; at the end at the latest.</exception>
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
                if (skipHashCheck) continue; // another file may have been put behind it, or lines
                if (!hasErrors) Check(trailer, keys, records.HashBefore);
                if (await NextAsync(records, cancellationToken).ConfigureAwait(false)) throw KeyFileErrors.Whole(path, "something follows its end");
                yield break;
            }

            if (!begun && record.Header is null && entry.Error is null && !skipHashCheck) throw KeyFileErrors.Whole(path, $"it does not begin with a record of format {KeyFileHeader.Format}");
            begun = true;
            if (record.Header is not null) continue;
            hasErrors |= entry.Error is not null;
            keys++;
            yield return entry;
        }

        if (!skipHashCheck && !hasErrors) throw KeyFileErrors.Whole(path, "its last record is missing, so it was cut off");
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
        if (trailer.Keys != keys) throw KeyFileErrors.Whole(path, $"it tells of {trailer.Keys} keys and has {keys}");
        if (!trailer.Sha256.Equals(sha256, StringComparison.OrdinalIgnoreCase)) throw KeyFileErrors.Whole(path, "its SHA-256 is not that of its contents");
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
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw KeyFileErrors.Unreadable(path, e);
        }
    }
}

/// <summary>One key of a file; key or error is there.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Key">What it says.</param>
/// <param name="Error">Why that cannot be read.</param>
internal readonly record struct KeyFileEntry(long Line, ExportedKey? Key, EtcdException? Error);
