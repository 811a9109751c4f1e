using EtcdAdmin.Text;

namespace EtcdAdmin.Snapshots.Formats;

/// <summary>Reads another stream to its end and verifies the zip checksum; .NET's own reader does not verify it.</summary>
/// <remarks>Source: APPNOTE.TXT of PKWARE, 4.4.7: the polynomial 0x04C11DB7, here in reflected form.</remarks>
internal sealed class Crc32Stream(Stream inner, uint expected) : ReadingStream
{
    private static readonly uint[] Table = MakeTable();

    private uint _inverted = uint.MaxValue;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        Take(buffer[..read], isEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Take(buffer.Span[..read], isEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    private void Take(ReadOnlySpan<byte> data, bool isEnd)
    {
        uint crc = _inverted;
        foreach (byte b in data) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        _inverted = crc;
        if (isEnd && ~crc != expected) throw new InvalidDataException("the checksum of an entry is wrong");
    }

    private static uint[] MakeTable()
    {
        const uint Polynomial = 0xEDB88320;
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
