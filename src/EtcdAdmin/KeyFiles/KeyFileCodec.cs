using System.Buffers;

namespace EtcdAdmin.KeyFiles;

/// <summary>Writes and reads the records of a key file.</summary>
internal abstract class KeyFileCodec
{
    /// <summary>Whether a line end within quotation marks belongs to the record.</summary>
    public virtual bool HasQuotedLines => false;

    /// <summary>Returns the codec of a format. Null uses the file name: <c>.csv</c> is CSV, every other name is JSON Lines.</summary>
    public static KeyFileCodec For(KeyFileFormat? format, string path) =>
        (format ?? (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? KeyFileFormat.Csv : KeyFileFormat.JsonLines)) switch
        {
            KeyFileFormat.Csv => new CsvKeyCodec(),
            _ => new JsonKeyCodec(),
        };

    /// <summary>Writes the first record with its line end.</summary>
    public abstract void WriteHeader(IBufferWriter<byte> output, KeyFileHeader header);

    /// <summary>Writes a key with its line end.</summary>
    public abstract void WriteKey(IBufferWriter<byte> output, ExportedKey key);

    /// <summary>Writes the last record with its line end.</summary>
    public abstract void WriteTrailer(IBufferWriter<byte> output, KeyFileTrailer trailer);

    /// <summary>Parses a record.</summary>
    /// <param name="record">The record without its line end.</param>
    /// <exception cref="FormatException">The record is not valid; the message is a clause that gives the reason.</exception>
    public abstract KeyFileRecord Read(ReadOnlySpan<byte> record);
}

/// <summary>One record of a key file; exactly one of the three is set.</summary>
internal readonly record struct KeyFileRecord(KeyFileHeader? Header, ExportedKey? Key, KeyFileTrailer? Trailer);

/// <summary>The first record.</summary>
/// <param name="Source">The cluster or file that the keys come from; null if it is not known.</param>
/// <param name="Revision">The revision at which all keys were read; null if there is no such revision or it is not known.</param>
/// <param name="Created">The time of the export.</param>
internal sealed record KeyFileHeader(string? Source, long? Revision, DateTimeOffset? Created)
{
    /// <summary>The name of this version of the format.</summary>
    public const string Format = "etcdadmin-keys/1";
}

/// <summary>The last record.</summary>
/// <param name="Keys">Number of keys.</param>
/// <param name="Sha256">SHA-256 of all bytes before this record, lower-case hexadecimal.</param>
internal sealed record KeyFileTrailer(long Keys, string Sha256);
