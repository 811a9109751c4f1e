using System.Buffers;

namespace EtcdAdmin.KeyFiles;

/// <summary>Writes and reads the records of a file of keys.</summary>
internal abstract class KeyFileCodec
{
    /// <summary>Whether a line end between quotation marks belongs to the record.</summary>
    public virtual bool HasQuotedLines => false;

    /// <summary>The one for a format; null judges by the name: <c>.csv</c> is CSV, all else is JSON Lines.</summary>
    public static KeyFileCodec For(KeyFileFormat? format, string path) =>
        (format ?? (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? KeyFileFormat.Csv : KeyFileFormat.JsonLines)) switch
        {
            KeyFileFormat.Csv => new CsvKeyCodec(),
            _ => new JsonKeyCodec(),
        };

    /// <summary>The first record, with its line end.</summary>
    public abstract void WriteHeader(IBufferWriter<byte> output, KeyFileHeader header);

    /// <summary>A key, with its line end.</summary>
    public abstract void WriteKey(IBufferWriter<byte> output, ExportedKey key);

    /// <summary>The last record, with its line end.</summary>
    public abstract void WriteTrailer(IBufferWriter<byte> output, KeyFileTrailer trailer);

    /// <summary>What a record is.</summary>
    /// <param name="record">Without its line end.</param>
    /// <exception cref="FormatException">It is nothing; the message is a clause that says why.</exception>
    public abstract KeyFileRecord Read(ReadOnlySpan<byte> record);
}

/// <summary>One record of a file of keys; one of the three is there.</summary>
internal readonly record struct KeyFileRecord(KeyFileHeader? Header, ExportedKey? Key, KeyFileTrailer? Trailer);

/// <summary>What the first record says.</summary>
/// <param name="Source">Cluster or file that the keys come from; null where it is not known.</param>
/// <param name="Revision">At which all were read; null where they were not read at one, or it is not known.</param>
/// <param name="Created">When.</param>
internal sealed record KeyFileHeader(string? Source, long? Revision, DateTimeOffset? Created)
{
    /// <summary>Of this version of the format.</summary>
    public const string Format = "etcdadmin-keys/1";
}

/// <summary>What the last record says.</summary>
/// <param name="Keys">How many keys there are.</param>
/// <param name="Sha256">Of all bytes before this record, lower-case hexadecimal.</param>
internal sealed record KeyFileTrailer(long Keys, string Sha256);
