using System.Security.Cryptography;

namespace EtcdAdmin.KeyFiles;

/// <summary>Splits a file into records that end with a line end, and hashes all bytes before the current record.</summary>
/// <param name="file">The file, read from its start.</param>
/// <param name="hasQuotedLines">Whether a line end within quotation marks belongs to the record.</param>
internal sealed class RecordReader(Stream file, bool hasQuotedLines) : IDisposable
{
    private const byte LineEnd = (byte)'\n';

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _length;
    private int _filled;
    private long _nextLine = 1;

    /// <summary>The line at which the current record starts, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The current record without its line end; valid until the next one.</summary>
    public ReadOnlySpan<byte> Current
    {
        get
        {
            ReadOnlySpan<byte> record = _buffer.AsSpan(_start, _length);
            if (record.EndsWith("\n"u8)) record = record[..^1];
            return record.EndsWith("\r"u8) ? record[..^1] : record;
        }
    }

    /// <summary>SHA-256 of all bytes before the current record, lower-case hexadecimal.</summary>
    public string HashBefore => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Moves to the next record; false at the end of the file.</summary>
    /// <exception cref="FormatException">A record is longer than the limit.</exception>
    public async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _hash.AppendData(_buffer, _start, _length);
        _nextLine += _buffer.AsSpan(_start, _length).Count(LineEnd);
        _start += _length;
        _length = 0;
        Line = _nextLine;
        bool quoted = false;
        while (true)
        {
            while (_start + _length < _filled)
            {
                byte next = _buffer[_start + _length++];
                if (hasQuotedLines && next == '"') quoted = !quoted;
                if (next == LineEnd && !quoted) return true;
            }

            if (_length > KeyFileRules.MaxRecord) throw new FormatException($"the record is longer than {KeyFileRules.MaxRecord >> 20} MB");
            if (!await FillAsync(cancellationToken).ConfigureAwait(false)) return _length > 0;
        }
    }

    public void Dispose() => _hash.Dispose();

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _length).CopyTo(_buffer);
            _start = 0;
            _filled = _length;
        }

        if (_filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        int read = await file.ReadAsync(_buffer.AsMemory(_filled), cancellationToken).ConfigureAwait(false);
        _filled += read;
        return read > 0;
    }
}
